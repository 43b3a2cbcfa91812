package vcr_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// remind puts the time into its prompt, so that each run sends another one.
func remind(client *http.Client, of string) (string, error) {
	prompt := fmt.Sprintf("It is %s. Write a reminder of %s.", time.Now().Format(time.RFC3339), of)
	resp, err := client.Post("https://llm.example.com/v1/complete", "application/json", strings.NewReader(fmt.Sprintf(`{"prompt": %q}`, prompt)))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

// Times are equal to each other, and the rest of the prompt still counts.
var _ = Describe("Reminders", vcr.Recorded(vcr.NormalizeText(match.Timestamps)), func() {
	It("name the event", func() {
		Expect(remind(vcr.Client(), "lunch")).To(ContainSubstring("lunch"))
	})
})

// Package match has functions for the usual cases. Any function from string to
// string will do; here it is called as the rule calls it.
func ExampleNormalizeText() {
	fmt.Println(match.Timestamps("It is 2026-11-22T12:30:00+01:00. Write a reminder of lunch."))
	// Output: It is 1970-01-01T00:00:00Z. Write a reminder of lunch.
}
