"""What a person sees: window, session, tasks, charts and panels."""
