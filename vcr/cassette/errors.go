package cassette

import (
	"errors"
	"fmt"
)

// What can be wrong with a file that should be a cassette. Every error of
// [Parse], [Open] and [Load], but for those of the file system, is a [*ParseError] that
// wraps one of them.
var (
	// ErrSyntax means that the file is no cassette, or that a part of it is
	// not what the format says.
	ErrSyntax = errors.New("not a valid cassette")
	// ErrVersion means that a newer version of the format wrote the file.
	ErrVersion = errors.New("newer cassette format")
	// ErrConflict means that git left conflict markers in the file.
	ErrConflict = errors.New("unresolved merge conflict")
	// ErrLFSPointer means that the file is the stand-in that Git LFS puts in
	// place of a file which it has not fetched yet.
	ErrLFSPointer = errors.New("git lfs pointer")
)

// A ParseError says where in a cassette what is wrong, and what to do about it.
type ParseError struct {
	File   string // as it was given to Parse, Open or Load
	Line   int    // 1-based; 0 when the whole file is meant
	Key    string // the path of keys, such as "request.headers"; may be empty
	Reason string // what is wrong
	Remedy string // what to do about it
	Err    error  // ErrSyntax, ErrVersion, ErrConflict or ErrLFSPointer
}

// Error returns "file:line: key: reason; remedy".
func (e *ParseError) Error() string {
	at := e.File
	if e.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, e.Line)
	}
	if e.Key != "" {
		at += ": " + e.Key
	}
	return fmt.Sprintf("%s: %s; %s", at, e.Reason, e.Remedy)
}

// Unwrap returns e.Err.
func (e *ParseError) Unwrap() error { return e.Err }
