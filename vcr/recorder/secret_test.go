package recorder_test

import (
	"errors"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// In replay a dummy stands where the secret was, which nobody tells the session.
func TestASecretThatIsAnotherOneInReplay(t *testing.T) {
	d := newDeck(t, counting())
	const secret = "a-secret" + "-of-the-user"
	s := d.open(recorder.Config{Redact: redact.Rules{Secrets: func() []redact.Secret { return []redact.Secret{{Name: "KEY", Value: secret}} }}})
	recorded := d.get(s, "/bot"+secret+"/send")
	d.end(s, recorder.Passed)
	equal(t, "recorded", recorded, "sent 1 /bot"+secret+"/send")

	s = d.open(recorder.Config{Mode: recorder.None})
	equal(t, "replayed", d.get(s, "/bottest/send"), "sent 1 /bot[redacted:key]/send")
	_, err := s.Client().Get(d.URL + "/bottest/send")
	equal(t, "used up", errors.Is(err, recorder.ErrMiss), true)
	_, err = s.Client().Get(d.URL + "/bottest/receive")
	equal(t, "another path", errors.Is(err, recorder.ErrMiss), true)
	equal(t, "sent", d.Served(), 1)
}
