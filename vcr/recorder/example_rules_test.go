package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Rules are fields. Here the time in a prompt and the id of a trace may differ from
// what was recorded; the rest of the prompt counts.
func ExampleConfig() {
	session, err := recorder.Open(recorder.Config{
		Path:          "testdata/cassettes/reminder.yaml",
		Mode:          recorder.None,
		NormalizeText: []func(string) string{match.Timestamps[string]},
		IgnoreBody:    []string{"$.trace"},
	})
	if err != nil {
		log.Fatal(err)
	}
	complete := func(prompt string) {
		body := fmt.Sprintf(`{"prompt": %q, "trace": "f2c1"}`, prompt)
		resp, err := session.Client().Post("https://llm.example.com/v1/complete", "application/json", strings.NewReader(body))
		if errors.Is(err, recorder.ErrMiss) {
			fmt.Println("a miss")
			return
		} else if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		fmt.Println(string(text))
	}
	complete("It is 2031-05-06T07:08:09Z. Write a reminder of dinner.")
	complete("It is 2031-05-06T07:08:09Z. Write a reminder of lunch.")
	if _, err := session.Close(true); err != nil {
		log.Fatal(err)
	}
	// Output:
	// a miss
	// Do not forget lunch.
}

// The rules for a host hold for the requests to that host only.
func ExampleConfig_hosts() {
	session, err := recorder.Open(recorder.Config{
		Path: "testdata/cassettes/search.yaml",
		Mode: recorder.None,
		Hosts: map[string]recorder.Config{
			"search.example.com": {IgnoreQuery: []string{"session"}},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	resp, err := session.Client().Get("https://search.example.com/search?q=cassette&session=differs")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	fmt.Println(string(text))
	if _, err := session.Close(true); err != nil {
		log.Fatal(err)
	}
	// Output:
	// The compact cassette came out in 1963.
}

// The context ends at the first miss, so that code which tries again stops.
func ExampleSession_Context() {
	session, err := recorder.Open(recorder.Config{Path: "testdata/cassettes/search.yaml", Mode: recorder.None})
	if err != nil {
		log.Fatal(err)
	}
	ctx := session.Context(context.Background())
	attempts := 0
	for ctx.Err() == nil {
		attempts++
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://search.example.com/search?q=vinyl", nil)
		if err != nil {
			log.Fatal(err)
		}
		if resp, err := session.Client().Do(req); err == nil {
			resp.Body.Close()
			break
		}
	}
	fmt.Println(attempts, "attempt, a miss:", errors.Is(context.Cause(ctx), recorder.ErrMiss))
	if _, err := session.Close(false); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 attempt, a miss: true
}
