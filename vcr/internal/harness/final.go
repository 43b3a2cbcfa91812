package harness

import (
	"errors"
	"reflect"
)

// Final wraps the error of a request that was refused: to send it again cannot
// help. Its text stays the same, and errors.Is and errors.As find what they found
// before. Nil stays nil.
func Final(err error) error {
	if err == nil {
		return nil
	}
	return final{err}
}

// IsFinal reports whether an error wraps one of [Final].
func IsFinal(err error) bool {
	var f final
	return errors.As(err, &f)
}

type final struct{ error }

func (f final) Unwrap() error { return f.error }

// Timeout, Temporary and RetryableError are false, so that clients do not send the
// request again. The AWS SDK for Go asks for the last one.
func (f final) Timeout() bool        { return false }
func (f final) Temporary() bool      { return false } //nolint:revive // see Timeout
func (f final) RetryableError() bool { return false } //nolint:revive // see Timeout

// As answers Gomega, whose Eventually and Consistently ask each error for a pointer
// to a signal of theirs that says to stop trying. A new signal says that. It is
// made here by its methods, since the recorder works without Gomega.
func (f final) As(target any) bool {
	asked := reflect.ValueOf(target).Elem()
	if asked.Kind() != reflect.Pointer {
		return false
	}
	signal := reflect.New(asked.Type().Elem())
	if stop, ok := signal.Interface().(stopTrying); !ok || !stop.IsStopTrying() {
		return false
	}
	asked.Set(signal)
	return true
}

// stopTrying is what Gomega's signal can do.
type stopTrying interface {
	error
	IsStopTrying() bool
}
