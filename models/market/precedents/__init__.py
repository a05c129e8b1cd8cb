"""What followed earlier events, against any session and against chance. Methods, section 7."""
