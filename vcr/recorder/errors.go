package recorder

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// Why a session refuses a request. Both are found by errors.Is through the
// *url.Error that an http.Client makes of them.
var (
	// ErrMiss means that the tape holds no recording for the request, or none
	// that was not played yet, and the mode does not record one.
	ErrMiss = errors.New("no recording for this request")
	// ErrRefused means that the session answers no request at all: it is over,
	// its cassette cannot be read, or a dummy key would be sent.
	ErrRefused = errors.New("request refused")
)

// A Miss is the error for a request that no recording answers. It is found by
// errors.As. Its text is redacted.
type Miss struct {
	Cassette string // path of the cassette's file, as people see it
	Mode     Mode
	Method   string
	URL      string
	// Recordings is how many interactions the tape holds, Unplayed how many of
	// them were not played yet.
	Recordings, Unplayed int
	// Used says that the tape holds recordings which match, all of them played.
	Used bool
	// Nearest is the 1-based position of the recording that is most like the
	// request, and Line its line in the file; 0 on an empty tape.
	Nearest, Line int
	Differences   []match.Difference // between the request and the nearest recording
	Remedies      []Remedy
}

// A Remedy is what mends a miss: what it does, and the commands to paste.
type Remedy struct {
	Does     string
	Commands []string
}

// Error explains the miss in several lines, the cassette first.
func (m *Miss) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: no recording for %s %s", m.Cassette, m.Method, m.URL)
	fmt.Fprintf(&b, "\n  mode %s; %s", m.Mode, m.tape())
	if m.Nearest > 0 {
		fmt.Fprintf(&b, "\n  the nearest is recording %d", m.Nearest)
		if m.Line > 0 {
			fmt.Fprintf(&b, " (line %d)", m.Line)
		}
		switch {
		case m.Used:
			b.WriteString(", which matches but was played already")
		default:
			b.WriteString(", which differs in")
			for _, d := range m.Differences {
				fmt.Fprintf(&b, "\n    %s\n      recorded: %s\n      request:  %s", d.Part, orNothing(d.Recorded), orNothing(d.Request))
			}
		}
	}
	for _, remedy := range m.Remedies {
		fmt.Fprintf(&b, "\n  %s:", remedy.Does)
		for _, command := range remedy.Commands {
			fmt.Fprintf(&b, "\n    %s", command)
		}
	}
	return b.String()
}

func (m *Miss) tape() string {
	switch m.Recordings {
	case 0:
		return "the cassette does not exist or is empty"
	case 1:
		return fmt.Sprintf("the cassette holds 1 recording, %d not played yet", m.Unplayed)
	default:
		return fmt.Sprintf("the cassette holds %d recordings, %d not played yet", m.Recordings, m.Unplayed)
	}
}

func orNothing(text string) string {
	if text == "" {
		return "(nothing)"
	}
	return text
}

// Unwrap returns ErrMiss.
func (m *Miss) Unwrap() error { return ErrMiss }

// Timeout, Temporary and RetryableError are false, so that clients do not send
// a request again that will be missed again. The last one is asked by the AWS
// SDK for Go.
func (m *Miss) Timeout() bool        { return false }
func (m *Miss) Temporary() bool      { return false } //nolint:revive // see Timeout
func (m *Miss) RetryableError() bool { return false } //nolint:revive // see Timeout

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
