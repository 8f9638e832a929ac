package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.AnswerFacts;
import dev.gantry.app.ui.text.Texts;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How an answer came about, in words.
final class ChatWords {
    private final Texts texts;

    ChatWords(Texts texts) {
        this.texts = texts;
    }

    /// Tokens, rate, and why it ended, in a line.
    String facts(@Nullable AnswerFacts facts) {
        if (facts == null) {
            return texts.get("chat.answer-actions");
        }
        String ending = texts.get(
                "chat.ending." + facts.ending().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        String line = texts.format(
                "chat.facts",
                facts.newTokens(),
                texts.numbers().decimal(facts.tokensPerSecond(), facts.tokensPerSecond() < 100 ? 1 : 0),
                ending);
        return facts.leftOut() == 0 ? line : line + " · " + texts.format("chat.left-out", facts.leftOut());
    }

    /// What is needed to draw it again.
    String details(AnswerFacts facts) {
        return texts.format(
                "chat.details",
                facts.promptTokens(),
                texts.numbers().decimal(facts.firstTokenSeconds(), 2),
                String.valueOf(facts.seed()));
    }

    String writing(TranscriptRow.Writing writing) {
        return writing.pieces() == 0
                ? texts.get("chat.thinking")
                : texts.format("chat.so-far", writing.pieces(), texts.numbers().decimal(writing.perSecond(), 1));
    }
}
