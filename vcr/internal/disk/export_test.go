package disk

// Unsaved is what the writers of this package return.
var Unsaved = unsaved
