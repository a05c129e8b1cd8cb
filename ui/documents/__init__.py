"""What all documents of the user share in the window: undo, saving in threads, turns when all change."""
