package tree

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// A Selection says which specs a command has to run so that one cassette is recorded:
// a spec, or an ordered container, whose specs build on one another. The zero value
// is the whole suite.
type Selection struct {
	// File and Line are those of the node, for Ginkgo's --focus-file. File is "" where
	// the node does not tell.
	File string
	Line int
	// Texts is a regular expression for --focus, where the place alone would select
	// other specs as well, or none. It is "" elsewhere.
	Texts string
	// Ordered says that it is a container.
	Ordered bool
}

// SelectionOf returns what selects a spec.
func (t *Tree) SelectionOf(s *Spec) Selection { return t.selectionOf(s.path) }

// SelectionOfContainer returns what selects the specs of a container.
func (t *Tree) SelectionOfContainer(c *Container) Selection { return t.selectionOf(c.path) }

// SelectionFor returns what selects whatever records a cassette, false if nothing does.
func (t *Tree) SelectionFor(file string) (Selection, bool) {
	key := fileKey(file)
	if specs := t.claims().specs[key]; len(specs) > 0 {
		return t.SelectionOf(specs[0]), true
	}
	for _, c := range t.containers {
		if p := c.Plan(); p.Recorded && fileKey(p.File()) == key {
			return t.SelectionOfContainer(c), true
		}
	}
	return Selection{}, t.suiteNodes && fileKey(t.SuitePlan().File()) == key
}

func (t *Tree) selectionOf(path []*node) Selection {
	var selection Selection
	for n, node := range path {
		if node.ordered {
			path, selection.Ordered = path[:n+1], true
			break
		}
	}
	last := path[len(path)-1]
	if file := filepath.Base(last.location.FileName); last.location.LineNumber > 0 && !strings.Contains(file, ":") {
		selection.File, selection.Line = file, last.location.LineNumber
	}
	if selection.File == "" || t.sharesPlace(last) {
		selection.Texts = focusOf(path, selection.Ordered)
	}
	return selection
}

// sharesPlace reports whether a spec outside of a node is selected by its place, too:
// in a loop, or in a function that is called several times.
func (t *Tree) sharesPlace(n *node) bool {
	for _, specs := range t.specs {
		for _, s := range specs {
			if !s.has(n) && s.isAt(n.location) {
				return true
			}
		}
	}
	return false
}

func (s *Spec) has(n *node) bool { return slices.Contains(s.path, n) }

// isAt reports whether Ginkgo selects a spec by a place.
func (s *Spec) isAt(location types.CodeLocation) bool {
	return slices.ContainsFunc(s.path, func(n *node) bool {
		return n.location.LineNumber == location.LineNumber && filepath.Base(n.location.FileName) == filepath.Base(location.FileName)
	})
}

// focusOf returns a regular expression for the texts of nodes, which Ginkgo joins by
// blanks and puts after that of the suite.
func focusOf(path []*node, isContainer bool) string {
	var texts []string
	for _, n := range path {
		if n.text != "" {
			texts = append(texts, n.text)
		}
	}
	end := "$"
	if isContainer {
		end = " "
	}
	return " " + regexp.QuoteMeta(strings.Join(texts, " ")) + end
}

// FocusFile is how Ginkgo's --focus-file names lines of a file. The slash keeps it from
// files whose names end in the same way.
func FocusFile(file string, lines ...int) string {
	var numbers []string
	for _, line := range lines {
		numbers = append(numbers, strconv.Itoa(line))
	}
	expression := strings.ReplaceAll(regexp.QuoteMeta(file), `\.`, ".") // which is easier to read
	return "/" + expression + ":" + strings.Join(numbers, ",")
}
