package dev.gantry.lora.chat;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.generate.Answer;
import dev.gantry.zoo.generate.TextGenerator;
import dev.gantry.zoo.generate.TextRequest;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// One way a model answers: a generator with an adapter or without, and the template that conversations are written in.
public final class ChatVoice implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Set<Integer> endIds;
    private final int contextTokens;
    private final TextGenerator generator;
    private final Runnable release;

    /// @param tokenizer stays with the caller
    /// @param generator for `contextTokens`
    /// @param release closes the generator and what it was made from
    ChatVoice(
            Tokenizer tokenizer,
            ChatTemplate template,
            Set<Integer> endIds,
            int contextTokens,
            TextGenerator generator,
            Runnable release) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.endIds = endIds;
        this.contextTokens = contextTokens;
        this.generator = generator;
        this.release = release;
    }

    public ChatTemplate template() {
        return template;
    }

    /// Most tokens of a conversation and its answer.
    public int contextTokens() {
        return contextTokens;
    }

    /// Bytes of keys and values held for a conversation of full length: those of the last one, until the next begins.
    public long cacheBytes() {
        return generator.cacheBytes();
    }

    /// Writes a conversation out for this voice; its oldest exchanges are left out when it has grown too long to leave
    /// room for an answer.
    public Prompt prompt(List<ChatMessage> messages, int maxNewTokens) {
        PromptEncoder encoder = new PromptEncoder(tokenizer);
        int limit = contextTokens - Math.min(maxNewTokens, contextTokens / 2);
        return new ConversationFit(
                        kept -> encoder.encode(template.render(kept, ChatTemplate.Ending.GENERATION_PROMPT))
                                .ids(),
                        limit)
                .fit(messages);
    }

    /// Answers a prompt.
    ///
    /// @param onText receives the answer piece by piece and returns whether to go on
    /// @throws GantryException when the prompt is empty or fills the context
    public Answer answer(Prompt prompt, Sampling sampling, int maxNewTokens, Predicate<String> onText) {
        return answer(prompt, sampling, maxNewTokens, template.stopStrings(), onText);
    }

    /// `text` as it stands, without a template.
    public Prompt textPrompt(String text) {
        return new Prompt(new PromptEncoder(tokenizer).encodeText(text).ids(), 0);
    }

    /// Continues `text` as it stands, without a template.
    public Answer complete(String text, Sampling sampling, int maxNewTokens, Predicate<String> onText) {
        return answer(textPrompt(text), sampling, maxNewTokens, List.of(), onText);
    }

    /// Continues a prompt.
    ///
    /// @param stops texts that end the answer and are not part of it
    /// @param onText receives the answer piece by piece and returns whether to go on
    /// @throws GantryException when the prompt is empty or fills the context
    public Answer answer(
            Prompt asked, Sampling sampling, int maxNewTokens, List<String> stops, Predicate<String> onText) {
        int[] prompt = asked.ids();
        if (prompt.length == 0 || prompt.length >= contextTokens) {
            throw GantryException.usage(
                    "CHAT-PROMPT-LENGTH",
                    "cannot answer",
                    "the prompt has " + prompt.length + " tokens and the conversation may hold " + contextTokens,
                    prompt.length == 0 ? "Write something first." : "Shorten the message.");
        }
        int room = Math.min(maxNewTokens, contextTokens - prompt.length);
        return generator.answer(new TextRequest(prompt, sampling, room, endIds, stops), onText);
    }

    @Override
    public void close() {
        release.run();
    }
}
