"""What a person sees: window, session, tasks, charts and panels."""

import models.qt  # noqa: F401  guards overrides before the first class of the window is made
