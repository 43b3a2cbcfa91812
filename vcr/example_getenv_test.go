package vcr_test

import (
	"fmt"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Where the variable is not set, as in CI, the client is built with a dummy, and
// replay needs no more. A run that would record with the dummy is refused.
func ExampleGetenv() {
	fmt.Println(vcr.Getenv("WEATHER_API_KEY"))
	// Output: dummy-WEATHER_API_KEY-of-ginkgo-vcr
}
