package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.AnswerFacts;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Rating;
import dev.gantry.app.chat.markdown.Block;
import dev.gantry.engine.GantryException;
import org.jspecify.annotations.Nullable;

/// A line of a column: small enough that only what is on the screen need be laid out, however long the conversation.
sealed interface TranscriptRow {
    /// The message it belongs to; [Conversation#NONE] for one that is being drawn.
    int message();

    /// Where a message stands among its versions.
    ///
    /// @param index from 0
    record Version(int index, int count) {}

    /// A question, or a piece of a long one.
    record Question(int message, String text, boolean first, boolean last, Version version) implements TranscriptRow {}

    /// @param voice who answers; empty for the base model
    record AnswerHead(int message, String voice, float strength) implements TranscriptRow {}

    record AnswerBlock(int message, Block block) implements TranscriptRow {}

    /// @param facts null for an answer that came from elsewhere
    record AnswerFoot(
            int message, Version version, @Nullable AnswerFacts facts, Rating rating) implements TranscriptRow {}

    /// What is known of an answer that is being drawn.
    ///
    /// @param pieces that have come; 0 while the question is read
    /// @param perSecond pieces in a second so far
    record Writing(int pieces, double perSecond) implements TranscriptRow {
        @Override
        public int message() {
            return Conversation.NONE;
        }
    }

    /// A question that nobody answered, because it was stopped at once or the chat was left.
    record Unanswered(int message) implements TranscriptRow {}

    record Failed(int message, GantryException failure) implements TranscriptRow {}
}
