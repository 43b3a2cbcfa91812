package vcr

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/intercept"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// InterceptLoopback intercepts requests of the default transport to servers on
// this machine. Name those to record: "localhost:11434", a host, or ":11434" for
// the port of any loopback address. localhost, 127.0.0.1 and ::1 are one host. A
// host that is not on this machine is an error.
//
//	vcr.Recorded(vcr.InterceptLoopback("localhost:11434"))
//
// Without names, all of them are recorded, the suite's own servers among them, and
// those are not called in replay. A suite whose server waits for a request, such as
// the callback of an OAuth login, then waits for ever: give names, or leave that
// server out with [PassThrough].
//
// Without the option, only [Client] records such requests. The others pass. The
// report lists them, and HaveMadeLiveRequests counts them, unless the server is of
// this process or PassThrough names it.
func InterceptLoopback(hosts ...string) Option {
	return option(func(s *settings) {
		if len(hosts) == 0 {
			s.interceptLoopback = append(s.interceptLoopback, anyLoopback)
		}
		for _, host := range hosts {
			name, port := matching.SplitHost(host)
			if name != "" && !intercept.IsLoopback(name) || name+port == "" || strings.ContainsAny(host, "/*?@ ") {
				s.fail(fmt.Errorf("vcr.InterceptLoopback(%q): not a host or port of this machine; give one such as localhost:11434 or :11434; other hosts are intercepted without it", host))
				continue
			}
			s.interceptLoopback = append(s.interceptLoopback, net.JoinHostPort(name, port))
		}
	})
}

// PassThrough names hosts, with or without a port, whose requests are sent and not
// recorded, in every mode, in CI too. localhost, 127.0.0.1 and ::1 are one host.
func PassThrough(hosts ...string) Option {
	return option(func(s *settings) {
		for _, host := range hosts {
			if !matching.IsHost(host) {
				s.fail(fmt.Errorf("vcr.PassThrough(%q): not a host; give a name such as metrics.example.com, with or without a port", host))
			}
		}
		s.passThrough = append(s.passThrough, hosts...)
	})
}

// anyLoopback stands for all hosts and ports of this machine.
const anyLoopback = ":"

// TakesLoopback reports whether requests to a loopback address are intercepted.
func (r *run) TakesLoopback(address string) bool {
	if len(r.settings.interceptLoopback) == 0 || isGinkgo(address) {
		return false
	}
	host, port := matching.SplitHost(address)
	for _, named := range []string{anyLoopback, net.JoinHostPort(host, port), net.JoinHostPort(host, ""), net.JoinHostPort("", port)} {
		if slices.Contains(r.settings.interceptLoopback, named) {
			return true
		}
	}
	return false
}

// isGinkgo reports whether Ginkgo's parallel processes talk to each other at an
// address.
func isGinkgo(address string) bool {
	config, _ := ginkgo.GinkgoConfiguration()
	return config.ParallelHost != "" && strings.TrimPrefix(config.ParallelHost, "http://") == address
}

// SendsTo reports whether requests to an address are sent and not recorded, past
// the session. Where calls are counted, the session sends them itself.
func (r *run) SendsTo(address string) bool {
	return r.session.Mode() == recorder.Live && !r.settings.isGuarded() || slices.ContainsFunc(r.settings.passThrough, func(named string) bool { return matching.NamesHost(named, address) })
}

// Bypass notes a request to this machine that goes past the session.
func (r *run) Bypass(req *http.Request, address string) {
	if !isGinkgo(address) {
		r.bypasses.add(harness.Bypass{Method: req.Method, URL: req.URL.String(), Address: address})
	}
}

// bypasses are the requests that went past a run. They may come from any goroutine.
type bypasses struct {
	mu  sync.Mutex
	all []harness.Bypass
}

func (b *bypasses) add(request harness.Bypass) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, request)
}

func (b *bypasses) list() []harness.Bypass {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.all)
}
