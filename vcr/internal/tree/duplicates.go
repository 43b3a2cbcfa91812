package tree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// duplicates returns a mistake for each cassette that several specs claim, as far as
// it is known what is recorded: the decorator of RunSpecs is when the first node runs.
func (t *Tree) duplicates() mistakes {
	claimants := map[string][]*Spec{}
	files := map[string]string{}
	for _, specs := range t.specs {
		for _, s := range specs {
			if s.leaf.isPending() || !t.suite.Recorded && !slices.ContainsFunc(s.path, (*node).isRecorded) {
				continue
			}
			if s.built = t.planOf(s.path, ""); s.built.Err == nil {
				key := fileKey(s.built.File())
				claimants[key], files[key] = append(claimants[key], s), s.built.File()
			}
		}
	}
	var found mistakes
	for key, specs := range claimants {
		if err := claimedTwice(files[key], specs); err != nil {
			found = append(found, mistakeAt(specs[len(specs)-1].Location(), err))
		}
	}
	slices.SortFunc(found, func(a, b types.GinkgoError) int { return cmp.Compare(a.Message, b.Message) })
	return found
}

// ClaimedTwice returns an error when several specs claim the cassette of a plan.
func (t *Tree) ClaimedTwice(p *Plan) error {
	return claimedTwice(p.File(), t.claims().specs[fileKey(p.File())])
}

// claimedTwice returns an error when a cassette has several claimants. It sorts them
// by their places.
func claimedTwice(file string, claimants []*Spec) error {
	if len(claimants) < 2 {
		return nil
	}
	slices.SortStableFunc(claimants, func(a, b *Spec) int {
		return cmp.Or(cmp.Compare(a.Location().FileName, b.Location().FileName), cmp.Compare(a.Location().LineNumber, b.Location().LineNumber))
	})
	shown, most, list := process.Shown(file), len(claimants), listed(claimants)
	if first := claimants[0].path; !slices.ContainsFunc(claimants, func(s *Spec) bool { return !slices.EqualFunc(s.path, first, (*node).isAt) }) {
		return fmt.Errorf("%s: %d specs claim this cassette; put what differs into the text of the call that makes them:\n%s\n  %s", shown, most, list, distinctCall(first))
	}
	return fmt.Errorf("%s: %d specs claim this cassette; give them different texts, or set vcr.Name on one of them:\n%s", shown, most, list)
}

func (n *node) isAt(other *node) bool { return leafOf("", n.location) == leafOf("", other.location) }

// listed names each place once.
func listed(claimants []*Spec) string {
	var lines []string
	for n := 0; n < len(claimants); {
		line := fmt.Sprintf("  %s at %s", titleOf(claimants[n].path), claimants[n].Location())
		times := 0
		for ; n < len(claimants) && line == fmt.Sprintf("  %s at %s", titleOf(claimants[n].path), claimants[n].Location()); n++ {
			times++
		}
		if times > 1 {
			line += fmt.Sprintf(" (%d times)", times)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
