package recorder_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// The service sees the secrets that are sent, and the tape sees none of them: not
// even where one stood before it was known to be one.
func TestTheWireIsUntouched(t *testing.T) {
	key, tenant := "planted0"+"key0of0mine", "planted0"+"tenant1"
	var seen []string
	d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.RequestURI, r.Header.Get("Authorization"), r.Header.Get("X-Tenant"), string(body))
		_, _ = io.WriteString(w, "your key is "+key)
	}))
	s := d.open(recorder.Config{Redact: redact.Rules{Headers: []string{"X-Tenant"}, Body: []string{"$.email"}}})
	equal(t, "first answer", d.get(s, "/bot"+key+"/me"), "your key is "+key)
	req, err := http.NewRequest(http.MethodPost, d.URL+"/"+tenant, strings.NewReader(`{"email":"me@home.example"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + key}, "X-Tenant": {tenant}}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "second answer", d.body(resp), "your key is "+key)
	d.end(s, recorder.Passed)
	equal(t, "on the wire", strings.Join(seen, " "), "/bot"+key+"/me    /"+tenant+" Bearer "+key+" "+tenant+` {"email":"me@home.example"}`)
	tape, err := os.ReadFile(d.file())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{key, tenant, "me@home"} {
		equal(t, secret+" on the tape", strings.Contains(string(tape), secret), false)
	}
}

func TestRulesThatAreWrong(t *testing.T) {
	_, err := recorder.Open(recorder.Config{Path: "tape.yaml", Redact: redact.Rules{Query: []string{""}}})
	if err == nil || err.Error() != "tape.yaml: redact: an empty name among the query parameters; remove it, or write the name" {
		t.Errorf("got %v", err)
	}
}

// Redaction waits for a pause, and a test may take its variables back before that,
// change them, or set them late.
func TestVariablesThatChange(t *testing.T) {
	const variable, first, second = "SHOP_API_KEY", "EnvSecretValue77", "OtherKeyyy88"
	for name, change := range map[string]func(){
		"taken back": func() { _ = os.Unsetenv(variable) },
		"changed":    func() { _ = os.Setenv(variable, second) },
		"set late":   func() {},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeck(t, counting())
			t.Setenv(variable, first) // which puts it back
			if name == "set late" {
				_ = os.Unsetenv(variable)
			}
			s := d.open(recorder.Config{})
			d.get(s, "/"+first)
			change()
			d.get(s, "/"+second+"/"+first)
			if name == "set late" {
				_ = os.Setenv(variable, first)
			}
			d.end(s, recorder.Passed)
			tape := d.read(d.file())
			if strings.Contains(tape, first) || name == "changed" && strings.Contains(tape, second) || !strings.Contains(tape, "[redacted:") {
				t.Errorf("the tape holds\n%s", tape)
			}
		})
	}
}
