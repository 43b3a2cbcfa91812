package matchers

import "github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"

// A conversation is an interaction with a model that answers in words.
type conversation struct {
	*cassette.Interaction
	said  string
	calls []toolCall
}

// A toolCall is one of any tool.
type toolCall struct {
	*cassette.Interaction
	name, arguments string
}

// conversations returns those of the session, in their order.
func (s *subject) conversations() ([]conversation, error) {
	answered := s.Answered()
	if err := s.decode(answered); err != nil {
		return nil, err
	}
	var talks []conversation
	for _, i := range answered {
		chat, ok := s.Chat(i)
		if !ok || !chat.Talks {
			continue
		}
		talk := conversation{Interaction: i, said: chat.Said()}
		for _, call := range chat.Calls() {
			talk.calls = append(talk.calls, toolCall{i, call.Name, call.Text})
		}
		talks = append(talks, talk)
	}
	return talks, nil
}
