"""What areas bring beside a survey: reviewed cases, evidence, metrics, delayed days."""
