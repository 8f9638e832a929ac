package dev.gantry.lora.data.tokens;

import dev.gantry.lora.data.example.Example;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.chat.PromptEncoder.EncodedChat;
import dev.gantry.zoo.chat.RenderedChat;
import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns examples into token ids with their loss mask. The mask follows the spans that rendering reports; no text
/// is ever searched for markers.
public final class ExampleEncoder {

    /// The two rows of a preference pair; only the answers are trained.
    public record EncodedPair(TokenizedRow chosen, TokenizedRow rejected) {}

    private final Tokenizer tokenizer;
    private final PromptEncoder prompts;
    private final ChatTemplate template;
    private final TrainOn trainOn;
    private final PromptStyle promptStyle;
    private boolean insideDocument;

    public ExampleEncoder(TargetModel target, TrainOn trainOn, PromptStyle promptStyle) {
        this.tokenizer = target.tokenizer();
        this.prompts = new PromptEncoder(tokenizer);
        this.template = target.template();
        this.trainOn = trainOn;
        this.promptStyle = promptStyle;
    }

    /// Encodes one example; of a preference pair the better answer. Pieces of one document are given in order.
    ///
    /// @throws dev.gantry.zoo.chat.ChatTemplateException when the template refuses the conversation
    public TokenizedRow encode(Example example) {
        return switch (example) {
            case Example.Conversation(List<ChatMessage> messages) -> conversation(messages);
            case Example.PromptCompletion pair -> completion(pair);
            case Example.Document document -> document(document);
            case Example.PreferencePair pair -> conversation(joined(pair.prompt(), pair.chosen()));
        };
    }

    /// Encodes both answers of a pair, each behind the prompt.
    public EncodedPair encodePair(Example.PreferencePair pair) {
        return new EncodedPair(
                conversation(joined(pair.prompt(), pair.chosen())),
                conversation(joined(pair.prompt(), pair.rejected())));
    }

    private static List<ChatMessage> joined(List<ChatMessage> prompt, List<ChatMessage> answer) {
        List<ChatMessage> all = new ArrayList<>(prompt);
        all.addAll(answer);
        return all;
    }

    private TokenizedRow conversation(List<ChatMessage> messages) {
        RenderedChat rendered = template.render(messages, ChatTemplate.Ending.COMPLETE);
        return framed(rendered, null);
    }

    private TokenizedRow completion(Example.PromptCompletion pair) {
        if (promptStyle == PromptStyle.CHAT) {
            return conversation(List.of(
                    new ChatMessage(Role.USER, pair.prompt()), new ChatMessage(Role.ASSISTANT, pair.completion())));
        }
        String text = pair.prompt() + pair.completion();
        var answer = new RenderedChat.Span(pair.prompt().length(), text.length());
        return framed(
                new RenderedChat(text, List.of(answer)),
                tokenizer.specialTokens().eos());
    }

    /// Encodes a whole text with `last` behind it.
    private TokenizedRow framed(RenderedChat rendered, @Nullable Special last) {
        EncodedChat encoded = prompts.encode(rendered);
        int length = encoded.length() + (last == null ? 0 : 1);
        int[] ids = Arrays.copyOf(encoded.ids(), length);
        BitSet trained = new BitSet(length);
        for (int i = 0; i < encoded.length(); i++) {
            trained.set(i, encoded.trained()[i] || trainOn == TrainOn.EVERYTHING);
        }
        if (last != null) {
            ids[length - 1] = last.id();
            trained.set(length - 1);
        }
        return new TokenizedRow(ids, trained);
    }

    private TokenizedRow document(Example.Document document) {
        // only the first piece of a document begins a sequence
        int[] ids = insideDocument
                ? tokenizer.encode(document.text()).ids()
                : prompts.encodeText(document.text()).ids();
        Special eos = tokenizer.specialTokens().eos();
        boolean complete = document.extent() == Example.Extent.COMPLETE;
        if (complete && eos != null) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = eos.id();
        }
        insideDocument = !complete;
        BitSet all = new BitSet(ids.length);
        all.set(0, ids.length);
        return new TokenizedRow(ids, all);
    }
}
