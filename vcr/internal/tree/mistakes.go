package tree

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// mistakes are what Ginkgo is to report before it runs a spec, each with its place.
type mistakes []types.GinkgoError

func (m mistakes) Error() string { return m[0].Error() }

// mistakeAt makes an error a mistake of the node at a place. The zero place stands
// for a mistake that is in no source.
func mistakeAt(location types.CodeLocation, err error) types.GinkgoError {
	return types.GinkgoError{Heading: "ginkgo-vcr", Message: err.Error(), CodeLocation: location}
}

// asErrors returns what a transformer gives to Ginkgo for the error about a node.
func asErrors(location types.CodeLocation, err error) []error {
	if err == nil {
		return nil
	}
	list, ok := err.(mistakes)
	if !ok {
		list = mistakes{mistakeAt(location, err)}
	}
	var errs []error
	for _, mistake := range list {
		errs = append(errs, mistake)
	}
	return errs
}

// report makes Ginkgo report mistakes that are known once the tree is built. Ginkgo
// asks for errors only where a node is added.
func (t *Tree) report(found mistakes) {
	if len(found) > 0 {
		t.mistakes = found
		ginkgo.BeforeEach(func() {})
	}
}
