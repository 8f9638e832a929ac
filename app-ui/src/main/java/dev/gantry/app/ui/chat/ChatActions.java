package dev.gantry.app.ui.chat;

import java.util.function.IntConsumer;

/// What the rows of a transcript can ask for beside the chat itself.
///
/// @param edit the number of a question, to be asked in other words
record ChatActions(ChatFiles files, Verdicts verdicts, IntConsumer edit) {
    void edit(int message) {
        edit.accept(message);
    }
}
