package reporters

import (
	"fmt"
	"maps"
	"net"
	"slices"

	"github.com/onsi/ginkgo/v2/types"
)

// What goes past a session leaves no trace on a tape, and would not be missed.

// tally counts the requests to each host and port; nil where there are none.
func tally(addresses []string) map[string]int {
	if len(addresses) == 0 {
		return nil
	}
	requests := map[string]int{}
	for _, address := range addresses {
		requests[address]++
	}
	return requests
}

// sum adds up counts. It changes neither.
func sum(a, b map[string]int) map[string]int {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	all := maps.Clone(a)
	for address, n := range b {
		all[address] += n
	}
	return all
}

// silence returns what a recording says of the requests that did not reach it.
func (e entry) silence() []Finding {
	var findings []Finding
	for _, address := range slices.Sorted(maps.Keys(e.Bypassed)) {
		text := fmt.Sprintf("%s to %s went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback(%[2]q)", count(e.Bypassed[address], "request"), address)
		if _, _, err := net.SplitHostPort(address); err != nil {
			text = fmt.Sprintf("%s was looked up past the cassette, by code with a transport of its own; hand vcr.Client() to that code", address)
		}
		if e.place != "" {
			text += fmt.Sprintf(" (%s)", e.place)
		}
		findings = append(findings, Finding{"bypassed", e.Cassette, text})
	}
	if e.Idle && e.isSpec {
		findings = append(findings, Finding{"idle", e.Cassette, e.place})
	}
	return findings
}

// locate notes where in the source the entry comes from. A container or the suite
// that sent nothing is not worth a word: its nodes may have other things to do.
func (e *entry) locate(at types.CodeLocation, spec types.SpecReport) {
	if at.FileName == "" {
		return
	}
	e.place = at.String()
	e.isSpec = at.FileName == spec.LeafNodeLocation.FileName && at.LineNumber == spec.LeafNodeLocation.LineNumber
}
