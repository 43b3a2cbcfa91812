package matchers

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// HaveUsedTokens succeeds if the answers of models say that they used n tokens in all,
// or if their number satisfies n when that is a matcher. Tokens of every kind count: of
// questions and of answers, cached ones and those of reasoning.
//
//	Expect(vcr.Current()).To(HaveUsedTokens(BeNumerically("<", 5000)))
//
// A stream of OpenAI's chat tells its tokens only if the request asks for them with
// stream_options.include_usage. An answer that should tell its tokens and does not, or
// that tells what is not a number of tokens, is an error. So are an n of another type,
// an actual value that is not a session and a cassette that cannot be read.
func HaveUsedTokens(n any) types.GomegaMatcher {
	return &count{
		expectation: expect[int]("HaveUsedTokens", n),
		claim:       "to have used %s", noun: "token", actual: "it used %d",
		number: func(s *subject) (total int) {
			for _, i := range s.Answered() {
				total += int(s.Usage(i).Tokens.Total())
			}
			return total
		},
		list:  (*subject).usages,
		error: (*subject).untold,
	}
}

// untold says which answer does not tell its tokens.
func (s *subject) untold() error {
	answered := s.Answered()
	if err := s.decode(answered); err != nil {
		return err
	}
	for _, i := range answered {
		switch used := s.Usage(i); {
		case used.IsMissing:
			return fmt.Errorf("HaveUsedTokens: %s: the answer does not tell its tokens; a stream of OpenAI's chat does if the request has stream_options.include_usage", s.Title(i))
		case len(used.Flaws) > 0:
			return fmt.Errorf("HaveUsedTokens: %s: %s", s.Title(i), strings.Join(used.Flaws, "; "))
		}
	}
	return nil
}

// usages lists the answers that tell tokens.
func (s *subject) usages() string {
	var used []*cassette.Interaction
	for _, i := range s.Answered() {
		if s.Usage(i).Tokens.Total() > 0 {
			used = append(used, i)
		}
	}
	return list(len(used), func(n int) string {
		u := s.Usage(used[n])
		return fmt.Sprintf("%s (%s: %s)", s.Title(used[n]), cut(s.Shown(u.Model)), u.Tokens)
	})
}
