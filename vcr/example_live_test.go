package vcr_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// euroIn returns the exchange rate of the euro.
func euroIn(currency string) (float64, error) {
	resp, err := vcr.Client().Get("https://api.example.com/rates/EUR")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var rates map[string]float64
	err = json.NewDecoder(resp.Body).Decode(&rates)
	return rates[currency], err
}

// This spec replays its cassette in most runs. A nightly run with
// --label-filter=live sends its request to the service and shows whether the
// service still answers as it did. The cassette stays as it is.
var _ = Describe("Exchange rates", vcr.Recorded(), func() {
	It("are known for the dollar", vcr.Live(), func() {
		Expect(euroIn("USD")).To(BeNumerically("~", 1, 0.5))
	})
})

// A spec that is recorded and live replays, unless the label filter asks for live
// specs.
func ExampleLive() {
	// ginkgo                              replays
	// ginkgo --label-filter=live          calls the service, writes nothing
	// ginkgo --label-filter='!live'       leaves the spec out
}
