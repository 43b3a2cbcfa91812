package recorder_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// forecast is the code under test. It is given a client.
func forecast(ctx context.Context, client *http.Client, city string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://weather.example.com/v1/today?city="+city, nil)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// testForecast would be TestForecast in your package. Its cassette is
// testdata/cassettes/testforecast.yaml.
func testForecast(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	got, err := forecast(session.Context(t.Context()), session.Client(), "Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got, "sunny") {
		t.Errorf("got %s", got)
	}
}

// The first run calls the service and writes the cassette; every later run replays
// it. A request without a recording fails the test.
func ExampleForTest() {
	// go test                              replays, or records what has no cassette yet
	// VCR_RECORD_MODE=all go test          records everything again
}
