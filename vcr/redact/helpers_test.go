package redact_test

import "github.com/seed-e117020a/ginkgo-vcr/vcr/redact"

// redactor knows some secrets, and nothing of the environment of the test.
func redactor(secrets func() []redact.Secret) *redact.Redactor {
	return ruled(redact.Rules{Secrets: secrets})
}

func ruled(rules redact.Rules) *redact.Redactor {
	if rules.Environment == nil {
		rules.Environment = func(string) bool { return false }
	}
	r, err := redact.New(rules)
	if err != nil {
		panic(err)
	}
	return r
}
