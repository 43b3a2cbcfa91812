package recorder

import "errors"

// ErrRefused means that the session answers no request at all: it is over, its
// cassette cannot be read, or a dummy key would be sent. It is found by
// errors.Is through the *url.Error that an http.Client makes of it.
var ErrRefused = errors.New("request refused")

// A Refusal is the error for a request to a session that answers none.
type Refusal struct {
	Reason string // what is wrong and what to do about it
	Cause  error  // what is wrapped besides ErrRefused; may be nil
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

// Unwrap returns ErrRefused and the cause.
func (r *Refusal) Unwrap() []error {
	if r.Cause == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, r.Cause}
}

// RetryableError is false, as for a [Miss].
func (r *Refusal) RetryableError() bool { return false }
