package intercept

import (
	"context"
	"net"
	"strings"

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
		if s == nil || isOfBase(ctx) {
			return conn, err
		}
		asked := lookups{session: s}
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
		lookups
	}
	stream struct {
		net.Conn
		lookups
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

// lookups are those that begin while a session is in force.
type lookups struct{ session Session }

// refuse returns why a question is not asked, nil if it may be.
func (l lookups) refuse(question []byte) error {
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
	return l.session.Lookup(name)
}
