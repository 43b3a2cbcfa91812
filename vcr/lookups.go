package vcr

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// lookups are the hosts that code looked up by name, past a run: it has a transport
// of its own, whose requests nobody sees. A name is asked for several times, for each
// kind of address and each name server. The zero value has none.
type lookups struct {
	mu  sync.Mutex
	all map[string]error // why it was refused, nil where it passed
}

// Lookup refuses to look up a host, but for one whose requests may be sent.
func (r *run) Lookup(host string) error {
	if r.passes(host) {
		return nil
	}
	r.lookups.mu.Lock()
	err, known := r.lookups.all[host]
	if !known {
		if r.session.Mode() != recorder.Live {
			err = harness.Final(fmt.Errorf("%s: code with a transport of its own looked up %s, past the session; hand vcr.Client() to that code, or name the host in vcr.PassThrough", r.Cassette(), host))
		}
		if r.lookups.all == nil {
			r.lookups.all = map[string]error{}
		}
		r.lookups.all[host] = err
	}
	r.lookups.mu.Unlock()
	switch {
	case known:
	case err != nil:
		r.fail(err)
	default:
		r.bypasses.add(harness.Bypass{Address: host})
	}
	return err
}

// passes reports whether PassThrough names a host, at any port. The resolver appends
// the domains in which it searches: the host may be the beginning of the name.
func (r *run) passes(host string) bool {
	return slices.ContainsFunc(r.settings.passThrough, func(named string) bool {
		name, _ := matching.SplitHost(named)
		return host == name || strings.HasPrefix(host, name+".")
	})
}
