package vcr_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// placeOfSpec is the place of a spec, as the commands of remedies and errors
// name it.
var placeOfSpec = regexp.MustCompile(`(?:/\S+/)?(\w+_test\.go):\d+`)

// said is a message without what differs from run to run.
func (w *world) said(message string) string {
	return placeOfSpec.ReplaceAllString(strings.ReplaceAll(message, w.origin.URL, "http://origin"), "$1:LINE")
}

// failures is what the specs of a run that failed say, in the order of their
// texts.
func (w *world) failures(r result) string {
	var texts []string
	for _, s := range r.report.SpecReports {
		if s.State.Is(types.SpecStateFailureStates) {
			texts = append(texts, fmt.Sprintf("== %s: %s\n%s\n", s.State, strings.TrimSpace(s.LeafNodeText), w.said(s.Failure.Message)))
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n")
}

// entry is the value of the entry with a name that a spec left in its report.
func (r result) entry(spec, name string) string {
	GinkgoHelper()
	value := ""
	for _, entry := range r.spec(spec).ReportEntries {
		if entry.Name == name {
			value = entry.StringRepresentation()
		}
	}
	return value
}
