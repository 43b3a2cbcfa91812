package peer

// Session is this library again, opening what a spec opens: the cassette, and
// the index of its requests.
type Session struct{}

// Name returns the name in the results.
func (Session) Name() string { return "ginkgo-vcr-session" }

// Prepare opens a session and makes it read its cassette.
func (Session) Prepare(t *Tape) (*File, error) {
	path, err := t.cassette()
	if err != nil {
		return nil, err
	}
	size, err := sizeOfCassette(path)
	return &File{size, func() (func() error, error) {
		deck, err := Ours{}.Play(t)
		if err != nil {
			return nil, err
		}
		return deck.Close, nil
	}}, err
}
