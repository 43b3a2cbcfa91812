package chat

// OpenRouter's chat. It follows OpenAI; models have a maker in front, as in
// mistralai/mistral-small.
var openRouter = reader{
	api:    "OpenRouter",
	talks:  true,
	takes:  func(at place) bool { return at.isAt("openrouter.ai") && at.endsIn("/chat/completions", "/completions") },
	asked:  askedOpenAI,
	answer: answeredOpenAI,
	event:  streamedOpenAI,
	counts: []counts{countsOfOpenAI("usage")},
}
