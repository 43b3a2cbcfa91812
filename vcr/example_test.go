package vcr_test

import (
	"fmt"
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// forecast is code under test: it is handed a client.
func forecast(city string) (string, error) {
	resp, err := vcr.Client().Get("https://weather.example.com/v1/today?city=" + city)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// The decorator is all that a suite needs. The first run of this spec sends the
// request and writes testdata/cassettes/forecast/knows_the_weather_of_today.yaml;
// every later run answers from that file.
var _ = Describe("Forecast", vcr.Recorded(), func() {
	It("knows the weather of today", func() {
		Expect(forecast("Lisbon")).To(ContainSubstring("sunny"))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})
})

// Where nothing is recorded, nothing is sent.
func Example() {
	_, err := forecast("Lisbon")
	fmt.Println(err)
	// Output:
	// Get "https://weather.example.com/v1/today?city=Lisbon": nothing is recorded here; decorate the Describe or It with vcr.Recorded(), or send this request with another client
}
