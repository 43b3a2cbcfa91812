package vcr_test

import "github.com/seed-e117020a/ginkgo-vcr/vcr"

// These hold for every recorded spec of the suite, and record nothing by
// themselves. The decorators of containers and specs add to them.
var _ = vcr.Configure(
	vcr.Dir("testdata/cassettes"),
	vcr.IgnoreQuery("request_id"),
	vcr.RedactHeaders("X-Tenant"),
	vcr.FailOnSecrets(),
)

// Set the options of a suite in a package variable, beside RunSpecs.
func ExampleConfigure() {
	// ginkgo
}
