"""The dialogs of the window that belong to no panel; each is imported when it is first opened."""
