package intercept

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A lane is a proxy that does not exist: the connections to it are in memory, and a
// session answers there. Transports keep connections by their proxy. So those of a
// lane are never taken for real ones, nor real ones for those of a lane, however long
// they are kept.
//
// One request at a time may wait for a connection of a lane. That is how the request
// which arrives on one is known to be the one that waits. While one waits, others to
// the same address get lanes of their own.
type lane struct {
	session Session
	number  int    // no other lane has or had it
	scheme  string // of the requests
	host    string // to which they go
	address laneAddress

	// What follows is guarded by lanes.mu.
	waiting *exchange
	isOver  bool              // no request may wait any more
	idle    map[*pipeEnd]bool // the open connections; whether nothing is under way
}

// A laneAddress is the host and port of a lane. Of those that are open, each has a port
// of its own.
type laneAddress string

func (laneAddress) Network() string  { return "memory" }
func (a laneAddress) String() string { return string(a) }

// laneHost is the host of all lanes. A dialer that is not ours cannot connect to it, and
// says so without a look-up: it is an address of the local link, in a zone that no
// machine has.
const laneHost = "fe80::1%hand-vcr.Client-to-the-code-that-has-a-dialer-of-its-own"

func isLane(address string) bool { return strings.HasPrefix(address, "["+laneHost+"]:") }

// url is the lane as a proxy. The number keeps its connections apart from those of a
// lane that had the same port.
//
// A dialer that is not ours may connect to a stranger. That must get no request, and
// must answer to what it gets. So what comes first is CONNECT for https, and TLS for http.
func (l *lane) url() *url.URL {
	scheme := "http"
	if l.scheme == "http" {
		scheme = "https"
	}
	return &url.URL{Scheme: scheme, User: url.User(strconv.Itoa(l.number)), Host: string(l.address)}
}

// lanes are the lanes of all open sessions.
type lanes struct {
	mu        sync.Mutex // guards what follows
	number    int        // of the last one
	byAddress map[laneAddress]*lane
	shared    map[laneKey]*lane
	waiting   map[*http.Request]*exchange
}

type laneKey struct {
	session         Session
	scheme, address string
}

func newLanes() *lanes {
	return &lanes{byAddress: map[laneAddress]*lane{}, shared: map[laneKey]*lane{}, waiting: map[*http.Request]*exchange{}}
}

// at returns the lane at an address, nil for none.
func (ls *lanes) at(address string) *lane {
	if !isLane(address) {
		return nil
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.byAddress[laneAddress(address)]
}

// again returns the exchange of a request for which the transport asks again, since
// its connection broke before the request had arrived. Nil is none.
func (ls *lanes) again(req *http.Request) *exchange {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	x := ls.waiting[req]
	if x != nil {
		ls.release(x)
	}
	return x
}

// enter lets an exchange wait for a connection, and returns the lane of that.
func (ls *lanes) enter(x *exchange, address string) *lane {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	key := laneKey{x.session, x.sent.URL.Scheme, address}
	l := ls.shared[key]
	isAlone := l != nil && l.waiting != nil || x.mayBeRepeated()
	if l == nil || isAlone {
		l = &lane{session: x.session, scheme: key.scheme, host: x.sent.URL.Hostname(), isOver: isAlone, idle: map[*pipeEnd]bool{}}
		ls.place(l)
		if !isAlone {
			ls.shared[key] = l
		}
	}
	l.waiting, x.lane = x, l
	ls.waiting[x.sent] = x
	return l
}

// place gives a lane its number and address. It is called with ls.mu held.
func (ls *lanes) place(l *lane) {
	for {
		ls.number++
		address := laneAddress(net.JoinHostPort(laneHost, strconv.Itoa(1+ls.number%65_535)))
		if _, taken := ls.byAddress[address]; !taken {
			l.number, l.address = ls.number, address
			ls.byAddress[address] = l
			return
		}
	}
}

// arrive returns the exchange of the request that arrived on a connection of a lane,
// nil for none.
func (ls *lanes) arrive(l *lane, c *pipeEnd) *exchange {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	x := l.waiting
	if x == nil {
		return nil
	}
	l.waiting = nil
	delete(ls.waiting, x.sent)
	l.idle[c] = false
	return x
}

// abandon is called when nobody waits for an exchange any more. Its request may still
// arrive, and must not be taken for another: so the lane is over.
func (ls *lanes) abandon(x *exchange) {
	ls.mu.Lock()
	waited := ls.waiting[x.sent] == x
	if waited {
		ls.release(x)
	}
	ls.mu.Unlock()
	if waited {
		x.discard()
	}
}

// distrusted is called when a transport broke off a connection of a lane. What waits
// there never arrives.
func (ls *lanes) distrusted(l *lane) {
	ls.mu.Lock()
	x := l.waiting
	ls.mu.Unlock()
	if x != nil {
		ls.abandon(x)
	}
}

// release is called with ls.mu held.
func (ls *lanes) release(x *exchange) {
	l := x.lane
	l.waiting = nil
	delete(ls.waiting, x.sent)
	ls.close(l)
}

// close takes no more requests for a lane, and closes its idle connections. It is
// called with ls.mu held.
func (ls *lanes) close(l *lane) {
	l.isOver = true
	for key, shared := range ls.shared {
		if shared == l {
			delete(ls.shared, key)
		}
	}
	if l.waiting == nil {
		for c, idle := range l.idle {
			if idle {
				_ = c.Close()
			}
		}
		if len(l.idle) == 0 {
			delete(ls.byAddress, l.address)
		}
	}
}

// opened notes a connection of a lane.
func (ls *lanes) opened(l *lane, c *pipeEnd) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l.idle[c] = true
}

// rests notes that nothing is under way on a connection, and reports whether it may
// be used again.
func (ls *lanes) rests(l *lane, c *pipeEnd) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l.idle[c] = true
	if l.isOver {
		ls.close(l)
	}
	return !l.isOver
}

// closed notes that a connection is no more.
func (ls *lanes) closed(l *lane, c *pipeEnd) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	delete(l.idle, c)
	if l.isOver && l.waiting == nil && len(l.idle) == 0 {
		delete(ls.byAddress, l.address)
	}
}

// ofSession returns the exchanges of a session that wait, once its lanes are closed.
func (ls *lanes) ofSession(s Session) []*exchange {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.byAddress {
		if l.session == s {
			ls.close(l)
		}
	}
	var all []*exchange
	for _, x := range ls.waiting {
		if x.session == s {
			all = append(all, x)
		}
	}
	return all
}

// arrivalTime is how long a request that waits when its session ends may take to arrive.
const arrivalTime = 100 * time.Millisecond

// End is called while a session is in force for the last time. What it refused to look
// up is refused until Leave returns.
func (i *Interceptor) End(s Session) { i.lookups.end(s) }

// Leave closes the idle connections that a session has answered on. It is called when
// the session takes no more requests. A request that waits until then went to a dialer
// that is not ours, and is refused. Leave returns when the look-ups are over that the
// session refused.
func (i *Interceptor) Leave(s Session) {
	defer i.lookups.settle(s)
	for _, x := range i.lanes.ofSession(s) {
		timer := time.NewTimer(arrivalTime)
		select {
		case <-x.arrived:
			timer.Stop()
			continue
		case <-timer.C:
		}
		_ = s.Refuse(fmt.Errorf("%s: %s %s was sent with a clone of http.DefaultTransport that has a DialContext of its own, and cannot be answered there; hand vcr.Client() to the code that made the clone", s.Cassette(), x.method(), x.sent.URL.Redacted()))
		i.lanes.abandon(x)
	}
}

// capture hands a request to a session, and returns the proxy at which the transport
// gets the answer.
func (i *Interceptor) capture(s Session, req *http.Request, address string) (*url.URL, error) {
	x := i.lanes.again(req)
	if x == nil {
		x = &exchange{session: s, sent: req, arrived: make(chan struct{})}
		if err := x.playFirst(); err != nil {
			return nil, err
		}
	}
	l := i.lanes.enter(x, address)
	if ctx := req.Context(); ctx.Done() != nil {
		x.setStop(context.AfterFunc(ctx, func() { i.lanes.abandon(x) }))
	}
	return l.url(), nil
}

// open returns a connection to a lane.
func (i *Interceptor) open(l *lane) net.Conn {
	client, server := newPipe(l.address)
	i.lanes.opened(l, server)
	done := make(chan struct{})
	client.closed = func() {
		// The caller gets its request back, which the session may still read.
		timer := time.NewTimer(time.Second)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
		}
	}
	go func() {
		defer close(done)
		defer i.lanes.closed(l, server)
		defer func() { _ = server.Close() }()
		i.serve(l, server)
	}()
	return client
}
