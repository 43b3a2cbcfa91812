package recorder_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// The first session records, and the second answers from the cassette, with
// the server gone.
func Example() {
	dir, err := os.MkdirTemp("", "cassettes")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	server := vcrtest.NewOrigin(vcrtest.Chat())

	for _, mode := range []recorder.Mode{recorder.Once, recorder.None} {
		session, err := recorder.Open(recorder.Config{Path: filepath.Join(dir, "capital.yaml"), Mode: mode})
		if err != nil {
			log.Fatal(err)
		}
		answer, err := ask(session.Client(), server.URL, "What is the capital of France?")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(answer)
		result, err := session.Close(true)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d recorded, %d replayed\n", len(result.Recorded), len(result.Replayed))
		server.Close()
	}
	// Output:
	// Paris is the capital of France.
	// 1 recorded, 0 replayed
	// Paris is the capital of France.
	// 0 recorded, 1 replayed
}

// ask stands for the code under test: all that it needs is a client.
func ask(client *http.Client, server, question string) (string, error) {
	body := fmt.Sprintf(`{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": %q}]}`, question)
	req, err := http.NewRequest(http.MethodPost, server+"/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer none")
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	_, content, _ := strings.Cut(string(answer), `"content":"`)
	content, _, _ = strings.Cut(content, `"`)
	return content, nil
}
