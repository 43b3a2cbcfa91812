package intercept

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestResolver(t *testing.T) {
	server := newNameServer(t)
	refusal := errors.New("a.yaml: code looked up api.example.com")
	unreachable := errors.New("network is unreachable")
	private := func(resolver *net.Resolver) http.RoundTripper {
		return &http.Transport{DialContext: (&net.Dialer{Resolver: resolver}).DialContext}
	}
	for _, c := range []struct {
		about   string
		session *session // nil for none
		client  func(*net.Resolver) http.RoundTripper
		host    string
		broken  bool // no name server can be reached
		told    []string
		asked   bool // the name server
		want    string
	}{
		{about: "nothing is in force", client: private, host: "api.example.com", asked: true, want: "no such host"},
		{about: "nothing is in force, without a network", client: private, host: "api.example.com", broken: true, want: "network is unreachable"},
		{about: "refused", session: &session{lookupErr: refusal}, client: private, host: "api.example.com", told: []string{"api.example.com"}, want: refusal.Error()},
		{about: "refused without a network", session: &session{lookupErr: refusal}, client: private, host: "api.example.com", broken: true, told: []string{"api.example.com"}, want: refusal.Error()},
		{about: "a host that may be looked up", session: &session{}, client: private, host: "api.example.com", told: []string{"api.example.com"}, asked: true, want: "no such host"},
		{about: "one that may be, without a network", session: &session{}, client: private, host: "api.example.com", broken: true, told: []string{"api.example.com"}, want: "network is unreachable"},
		{about: "this machine", session: &session{lookupErr: refusal}, client: private, host: "api.localhost", asked: true, want: "no such host"},
		{about: "a literal address", session: &session{lookupErr: refusal}, client: private, host: "127.0.0.1:1", want: "connection refused"},
		{about: "a base", session: &session{lookupErr: refusal}, client: func(r *net.Resolver) http.RoundTripper { return base{private(r)} }, host: "api.example.com", asked: true, want: "no such host"},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(c.about+"/"+network, func(t *testing.T) {
				server.reset()
				if c.session != nil {
					c.session.lookups = nil
				}
				resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, asked, _ string) (net.Conn, error) {
					if c.broken {
						return nil, unreachable
					}
					return new(net.Dialer).DialContext(ctx, network, server.address(network))
				}}
				i := &Interceptor{inForce: func() Session {
					if c.session == nil {
						return nil
					}
					return c.session
				}}
				i.hookResolver(resolver)
				_, err := (&http.Client{Transport: c.client(resolver)}).Get("http://" + c.host + "/")
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("the error is %v, want %s", err, c.want)
				}
				if c.session != nil && !slices.Equal(slices.Compact(c.session.lookups), c.told) {
					t.Errorf("the session was told of %q, want %q", c.session.lookups, c.told)
				}
				if asked := server.hasBeenAsked(c.host); asked != c.asked {
					t.Errorf("the name server was asked: %v, want %v", asked, c.asked)
				}
			})
		}
	}
}

// A nameServer knows no host.
type nameServer struct {
	packets net.PacketConn
	streams net.Listener
	asked   chan string
}

func newNameServer(t *testing.T) *nameServer {
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	streams, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = packets.Close(), streams.Close() })
	server := &nameServer{packets: packets, streams: streams, asked: make(chan string, 100)}
	go func() {
		question := make([]byte, 1500)
		for {
			n, from, err := packets.ReadFrom(question)
			if err != nil {
				return
			}
			_, _ = packets.WriteTo(server.answer(question[:n]), from)
		}
	}()
	go func() {
		for {
			conn, err := streams.Accept()
			if err != nil {
				return
			}
			question := make([]byte, 1500)
			if n, err := conn.Read(question); err == nil {
				answer := server.answer(question[2:n])
				_, _ = conn.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...))
			}
			_ = conn.Close()
		}
	}()
	return server
}

func (s *nameServer) address(network string) string {
	if network == "udp" {
		return s.packets.LocalAddr().String()
	}
	return s.streams.Addr().String()
}

func (s *nameServer) answer(question []byte) []byte {
	var parser dnsmessage.Parser
	header, err := parser.Start(question)
	if err != nil {
		return nil
	}
	asked, err := parser.Question()
	if err != nil {
		return nil
	}
	s.asked <- strings.TrimSuffix(asked.Name.String(), ".")
	header.Response, header.RCode = true, dnsmessage.RCodeNameError
	answer, err := (&dnsmessage.Message{Header: header, Questions: []dnsmessage.Question{asked}}).Pack()
	if err != nil {
		panic(fmt.Sprint("cannot answer: ", err))
	}
	return answer
}

func (s *nameServer) reset() {
	for len(s.asked) > 0 {
		<-s.asked
	}
}

func (s *nameServer) hasBeenAsked(host string) bool {
	asked := false
	for len(s.asked) > 0 {
		if name := <-s.asked; name == host {
			asked = true
		}
	}
	return asked
}

// A request that a session sends past its tape is no look-up past it.
func TestResolverOfSentRequests(t *testing.T) {
	server := newNameServer(t)
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.address("udp"))
	}}
	s := &session{sends: true}
	transport := &http.Transport{DialContext: (&net.Dialer{Resolver: resolver}).DialContext}
	i := instrument(transport, func() Session { return s })
	i.hookResolver(resolver)
	_, err := (&http.Client{Transport: transport.Clone()}).Get("http://api.example.com/")
	if err == nil || !strings.Contains(err.Error(), "no such host") || len(s.lookups) > 0 {
		t.Errorf("the error is %v, and the session was told of %q", err, s.lookups)
	}
}

// The resolver asks again what was refused, and shares what it finds with all that ask
// meanwhile. When the session is over it may still be at it: it must hear the same, and
// must be done before the next session begins.
func TestResolverAfterTheSession(t *testing.T) {
	server := newNameServer(t)
	var attempts atomic.Int32
	isOver := make(chan bool)
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if attempts.Add(1) > 1 {
			<-isOver
		}
		return new(net.Dialer).DialContext(ctx, "udp", server.address("udp"))
	}}
	var inForce atomic.Pointer[session]
	i := &Interceptor{lanes: newLanes(), inForce: func() Session {
		if s := inForce.Load(); s != nil {
			return s
		}
		return nil
	}}
	i.hookResolver(resolver)
	lookUp := func() error {
		_, err := resolver.LookupIP(t.Context(), "ip4", "api.example.com")
		return err
	}
	refusal := errors.New("a.yaml: code looked up api.example.com")
	first := &session{lookupErr: refusal, lookedUp: make(chan bool, 10)}
	inForce.Store(first)
	heard := make(chan error, 1)
	go func() { heard <- lookUp() }()
	<-first.lookedUp
	i.End(first)
	inForce.Store(nil)
	close(isOver)
	i.Leave(first)
	select {
	case err := <-heard:
		if err == nil || !strings.Contains(err.Error(), refusal.Error()) {
			t.Errorf("the error is %v, want %v", err, refusal)
		}
	default:
		t.Error("the look-up goes on")
	}
	second := &session{lookupErr: refusal}
	inForce.Store(second)
	if err := lookUp(); err == nil || len(second.lookups) == 0 {
		t.Errorf("the error is %v, and the next session was told of %q", err, second.lookups)
	}
	if server.hasBeenAsked("api.example.com") {
		t.Error("the name server was asked")
	}
}
