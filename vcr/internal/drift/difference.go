package drift

import "fmt"

// Severity says how much a difference matters. The zero value is noise.
type Severity int

const (
	Noise    Severity = iota
	Notice            // worth reading: code that works may go on working
	Breaking          // code that reads the answer is likely to fail
)

var severities = []string{"noise", "notice", "breaking"}

// String returns "noise", "notice" or "breaking".
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severities) {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return severities[s]
}

// MarshalText returns what String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText returns.
func (s *Severity) UnmarshalText(text []byte) error {
	for n, name := range severities {
		if name == string(text) {
			*s = Severity(n)
			return nil
		}
	}
	return fmt.Errorf("%q is not a severity; write notice or breaking", text)
}

// A Kind says what differs.
type Kind string

const (
	Gone      Kind = "gone"       // a field is not in all answers any more, or in none
	New       Kind = "new"        // a field that no recording has
	Type      Kind = "type"       // a type that no recording has there
	Null      Kind = "null"       // a field that was never null is null in every new answer
	Word      Kind = "word"       // a new value of an enum
	Value     Kind = "value"      // another value where a rule wants the same
	EventGone Kind = "event gone" // an event of a stream
	EventNew  Kind = "event new"
	Status    Kind = "status"
	MediaType Kind = "media type"
	Form      Kind = "form" // the body is something else, as a page that was JSON
)

// A Count says in how many answers something is: N of Of.
type Count struct {
	N  int `json:"n"`
	Of int `json:"of"`
}

// String returns "3 of 10".
func (c Count) String() string { return fmt.Sprintf("%d of %d", c.N, c.Of) }

// A Place is where a recording is.
type Place struct {
	Spec     string `json:"spec,omitempty"`
	Cassette string `json:"cassette,omitempty"`
	Line     int    `json:"line,omitempty"` // of the recording; of the new one if there is no old one; 0 if not known
}

// String returns "cassette:line", or what there is of it.
func (p Place) String() string {
	switch {
	case p.Cassette == "":
		return p.Spec
	case p.Line == 0:
		return p.Cassette
	}
	return fmt.Sprintf("%s:%d", p.Cassette, p.Line)
}

// A Difference is one way in which the new answers of an endpoint differ from its
// recordings, however many answers do.
type Difference struct {
	Severity Severity `json:"severity"`
	Kind     Kind     `json:"kind"`
	Endpoint string   `json:"endpoint"`        // as "POST api.example.com/v1/chat"
	Event    string   `json:"event,omitempty"` // of a stream, if the path is in its data
	Path     string   `json:"path,omitempty"`  // a JSONPath; empty for an event, status, media type or form
	Old      string   `json:"old,omitempty"`   // a type, word, value, event, status, media type or form
	New      string   `json:"new,omitempty"`
	OldCount Count    `json:"oldCount"` // in the recordings of the endpoint
	NewCount Count    `json:"newCount"` // in the new answers of the run
	// Instead has the names that are new where one is gone.
	Instead []string `json:"instead,omitempty"`
	Answers int      `json:"answers"` // that show the difference
	// Changed is how many of these are answers to a request that is not the recorded one.
	Changed int     `json:"changed,omitempty"`
	Places  []Place `json:"places"` // of a few of them
}
