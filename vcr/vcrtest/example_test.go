package vcrtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

func ExampleNewOrigin() {
	origin := vcrtest.NewOrigin(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "pong")
	}))
	defer origin.Close()

	response, err := http.Post(origin.URL+"/ping?n=1", "text/plain", strings.NewReader("ping"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()

	for _, request := range origin.Requests() {
		fmt.Printf("%s %s %s\n", request.Method, request.URL, request.Body)
	}
	fmt.Println(origin.Served(), "served")
	// Output:
	// POST /ping?n=1 ping
	// 1 served
}

func ExampleChat() {
	origin := vcrtest.NewOrigin(vcrtest.Chat())
	defer origin.Close()

	body := `{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "What is the capital of France?"}]}`
	request, err := http.NewRequest("POST", origin.URL+"/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		fmt.Println(err)
		return
	}
	request.Header.Set("Authorization", "Bearer anything")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()

	var completion struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.NewDecoder(response.Body).Decode(&completion); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(response.Status)
	fmt.Println(completion.Choices[0].Message.Content)
	// Output:
	// 200 OK
	// Paris is the capital of France.
}
