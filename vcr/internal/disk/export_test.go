package disk

// Unsaved is what the writers of this package return.
var Unsaved = unsaved

// LockByName is TryLock on systems without locks.
var LockByName = lockByName
