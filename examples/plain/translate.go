// Package plain is a client of a translation service, and the plain go test of it:
// translate_test.go is what people write who use no test framework.
package plain

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Translate returns a text in another language. The key is for the service.
func Translate(ctx context.Context, client *http.Client, key, text, language string) (string, error) {
	form := url.Values{"text": {text}, "to": {language}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://translate.example.com/v1/translate", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("translate %q: %s", text, resp.Status)
	}
	var answer struct{ Translation string }
	err = json.NewDecoder(resp.Body).Decode(&answer)
	return answer.Translation, err
}
