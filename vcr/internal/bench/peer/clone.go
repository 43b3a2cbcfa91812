package peer

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/intercept"
)

// Clone is this library where the code is given no client: it has a clone of the default
// transport, which is captured.
type Clone struct{}

// Name returns the name in the results.
func (Clone) Name() string { return "clone" }

// Play opens a session, and captures the default transport and its clones for it. One
// can be open at a time.
func (Clone) Play(t *Tape) (*Session, error) {
	opened, err := Ours{}.Play(t)
	if err != nil {
		return nil, err
	}
	i := interceptor()
	taking := &captured{opened.Transport}
	current.Store(taking)
	clone := http.DefaultTransport.(*http.Transport).Clone()
	return &Session{Transport: clone, Plays: opened.Plays, Close: func() error {
		current.Store(nil)
		i.Leave(taking)
		return opened.Close()
	}}, nil
}

var current atomic.Pointer[captured]

var interceptor = sync.OnceValue(func() *intercept.Interceptor {
	return intercept.Install(func() intercept.Session {
		if c := current.Load(); c != nil {
			return c
		}
		return nil
	})
})

// captured is a session that takes all requests and records none.
type captured struct{ http.RoundTripper }

func (*captured) Cassette() string             { return "" }
func (*captured) TakesLoopback(string) bool    { return false }
func (*captured) SendsTo(string) bool          { return false }
func (*captured) MayRecord() bool              { return false }
func (*captured) Refuse(err error) error       { return err }
func (*captured) Bypass(*http.Request, string) {}
