package recorder

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// A caller is what ends an exchange from outside. An [http.Client] with a timeout
// gives the transport of net/http the deadline of a context, but others the
// channel Cancel as well, and words the error by which of them was first. What
// passes a recorder should end with the same words every time.
type caller struct {
	ctx    context.Context
	cancel <-chan struct{} // nil when there is none
}

// cancelTime is how long the timer of a client may lag behind the deadline that
// it set.
const cancelTime = 50 * time.Millisecond

func callerOf(req *http.Request) caller {
	//lint:ignore SA1019 net/http itself still sets it
	return caller{req.Context(), req.Cancel}
}

// over returns why the context is over, nil when it is not. The client knows by
// then whether it was its timeout.
func (c caller) over() error {
	if c.ctx.Err() == nil {
		return nil
	}
	if c.cancel != nil && errors.Is(c.ctx.Err(), context.DeadlineExceeded) {
		timer := time.NewTimer(cancelTime)
		defer timer.Stop()
		select {
		case <-c.cancel:
		case <-timer.C:
		}
	}
	return context.Cause(c.ctx)
}

// copyOf returns a copy of a request for the transport, to which a deadline and
// Cancel are one.
func copyOf(req *http.Request) *http.Request {
	c := callerOf(req)
	deadline, limited := c.ctx.Deadline()
	if c.cancel == nil || !limited {
		return req.WithContext(c.ctx)
	}
	ctx, cancel := context.WithCancelCause(c.ctx)
	go func() {
		select {
		case <-c.cancel:
			if time.Now().Before(deadline) {
				cancel(errCanceled)
			}
		case <-ctx.Done():
		}
	}()
	out := req.WithContext(ctx)
	//lint:ignore SA1019 net/http itself still sets it
	out.Cancel = nil
	return out
}

var errCanceled = errors.New("net/http: request canceled")
