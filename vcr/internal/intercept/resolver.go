package intercept

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A transport of the code's own reaches the network past every function of the
// default transport. Before it connects to a host by name, it asks the resolver of
// the process, and that one is seen.

// hookResolver sees the look-ups by name of a resolver. It changes none of them
// while no session is in force, nor how the resolver works: where that asks the
// system and not a name server, as on macOS and Windows, nothing is seen.
func (i *Interceptor) hookResolver(resolver *net.Resolver) {
	dial := resolver.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	resolver.Dial = func(ctx context.Context, network, server string) (net.Conn, error) {
		conn, err := dial(ctx, network, server)
		s := i.inForce()
		if s == nil && !i.lookups.any() || isOfBase(ctx) {
			return conn, err
		}
		asked := questions{s, &i.lookups}
		if err != nil {
			// Without a network the look-up is to fail for our reason, not for this one.
			conn, _ = net.Pipe()
			return &stream{conn, asked, err}, nil
		}
		if packets, ok := conn.(packetConn); ok {
			return &packet{packets, asked}, nil
		}
		return &stream{conn, asked, nil}, nil
	}
}

// The resolver asks a name server by packets, or by a stream where each question
// follows its length in two bytes. It tells them apart by the type of the connection,
// and writes each question at once.
type (
	packet struct {
		packetConn
		questions
	}
	stream struct {
		net.Conn
		questions
		broken error // why there is no connection; nil if there is one
	}
	packetConn interface {
		net.Conn
		net.PacketConn
	}
)

func (p *packet) Write(question []byte) (int, error) {
	if err := p.refuse(question); err != nil {
		return 0, err
	}
	return p.packetConn.Write(question)
}

func (s *stream) Write(question []byte) (int, error) {
	const length = 2
	if len(question) > length {
		if err := s.refuse(question[length:]); err != nil {
			return 0, err
		}
	}
	if s.broken != nil {
		return 0, s.broken
	}
	return s.Conn.Write(question)
}

// questions are those that the resolver asks while a session is in force, or was a
// moment ago.
type questions struct {
	session Session // nil for none
	lookups *lookups
}

// refuse returns why a question is not asked, nil if it may be.
func (q questions) refuse(question []byte) error {
	var parser dnsmessage.Parser
	if _, err := parser.Start(question); err != nil {
		return nil // not what a resolver sends
	}
	asked, err := parser.Question()
	if err != nil {
		return nil
	}
	name := strings.TrimSuffix(asked.Name.String(), ".")
	if IsLoopback(name) {
		return nil
	}
	return q.lookups.refuse(name, q.session)
}

// lookups are the look-ups of the sessions that are open. The resolver asks several
// questions for one, and shares what it finds with all code that asks meanwhile. If the
// session ends between two questions, the rest are refused for the same reason. The
// zero value has none.
type lookups struct {
	mu     sync.Mutex // guards what follows
	all    []*lookup
	ending map[Session]bool // the sessions whose look-ups may outlive them
}

type lookup struct {
	name    string
	session Session
	told    chan struct{} // closed when the session was
	reason  error         // why it is refused, once the session was told; nil if it is not
	last    time.Time     // of a question; guarded by lookups.mu
}

func (ls *lookups) any() bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return len(ls.all) > 0
}

// refuse returns why a name is not looked up, nil if it may be. It tells the session
// once.
func (ls *lookups) refuse(name string, s Session) error {
	if l := ls.before(name, s); l != nil {
		if <-l.told; l.reason != nil {
			return l.reason
		}
	}
	if s == nil {
		return nil
	}
	l, isNew := ls.of(name, s)
	if isNew {
		l.reason = s.Lookup(name)
		close(l.told)
	}
	<-l.told
	return l.reason
}

// before returns the look-up of a session that ends, nil for none. The resolver may
// have appended a domain in which it searches.
func (ls *lookups) before(name string, s Session) *lookup {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.all {
		if ls.ending[l.session] && l.session != s && (name == l.name || strings.HasPrefix(name, l.name+".")) {
			l.last = time.Now()
			return l
		}
	}
	return nil
}

// of returns the look-up of a session, and whether it begins.
func (ls *lookups) of(name string, s Session) (_ *lookup, isNew bool) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.all {
		if l.session == s && l.name == name {
			l.last = time.Now()
			return l, false
		}
	}
	l := &lookup{name: name, session: s, told: make(chan struct{}), last: time.Now()}
	ls.all = append(ls.all, l)
	return l, true
}

const (
	quietTime = 100 * time.Millisecond // without a question, after which a look-up is over
	mostQuiet = time.Second            // to wait for that: code may look up again and again
)

// end is called when a session is about to end.
func (ls *lookups) end(s Session) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.ending == nil {
		ls.ending = map[Session]bool{}
	}
	ls.ending[s] = true
}

// settle forgets the look-ups of a session that is over, when those that it refused are
// over as well.
func (ls *lookups) settle(s Session) {
	for until := time.Now().Add(mostQuiet); ; {
		wait := min(ls.quietIn(s), time.Until(until))
		if wait <= 0 {
			break
		}
		time.Sleep(wait)
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	delete(ls.ending, s)
	ls.all = slices.DeleteFunc(ls.all, func(l *lookup) bool { return l.session == s })
}

// quietIn returns when what a session refused is over, if no question comes.
func (ls *lookups) quietIn(s Session) (wait time.Duration) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.all {
		if l.session == s && !l.isAllowed() {
			wait = max(wait, quietTime-time.Since(l.last))
		}
	}
	return wait
}

func (l *lookup) isAllowed() bool {
	select {
	case <-l.told:
		return l.reason == nil
	default:
		return false
	}
}
