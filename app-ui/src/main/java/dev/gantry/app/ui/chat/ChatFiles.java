package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatExport;
import dev.gantry.app.chat.Message;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the open chat, as it is shown, to files and to the clipboard.
final class ChatFiles {
    private final Services services;
    private final Texts texts;
    private final ChatViewModel chat;

    ChatFiles(Services services, ChatViewModel chat) {
        this.services = services;
        this.texts = services.texts();
        this.chat = chat;
    }

    /// To read: the column of each who answers.
    void exportMarkdown() {
        String text = lines().stream().map(this::markdown).collect(Collectors.joining("\n"));
        write("chat.export.markdown", ".md", text);
    }

    private String markdown(List<ChatMessage> messages) {
        Map<Role, String> names = Map.of(
                Role.SYSTEM, texts.get("chat.role.system"),
                Role.USER, texts.get("chat.role.user"),
                Role.ASSISTANT, texts.get("chat.role.assistant"));
        return ChatExport.markdown(chat.session().title(), messages, names);
    }

    /// To train on: a row of messages for each who answers.
    void exportRows() {
        String text = lines().stream().map(ChatExport::jsonLine).collect(Collectors.joining());
        write("chat.export.rows", ".jsonl", text);
    }

    /// What each column shows, without repeating equal ones.
    private List<List<ChatMessage>> lines() {
        String system = chat.options().systemProperty().get();
        return chat.lanes().all().stream()
                .map(LaneViewModel::head)
                .distinct()
                .map(head -> ChatExport.messages(
                        system, chat.session().conversation().path(head)))
                .toList();
    }

    private void write(String titleKey, String ending, String text) {
        if (chat.session().isEmpty()) {
            services.notices().info(texts.get("chat.export.nothing"));
            return;
        }
        String name =
                chat.session().title().replaceAll("[^\\p{L}\\p{N} _-]", "").strip();
        String suggested = (name.isEmpty() ? "chat" : name) + ending;
        services.host().chooseFileToSave(texts.get(titleKey), suggested).ifPresent(file -> write(file, text));
    }

    private void write(Path file, String text) {
        services.tasks()
                .task(texts.get("chat.saving"), progress -> {
                    DurableFiles.write(file, text);
                    return file;
                })
                .onDone(done -> services.notices()
                        .info(
                                texts.format("chat.exported", String.valueOf(done.getFileName())),
                                new Choice(
                                        texts.get("chat.export.folder"),
                                        () -> services.host()
                                                .open(done.toAbsolutePath().resolveSibling("")))))
                .start();
    }

    /// Puts one message on the clipboard, as it was said.
    void copy(int message) {
        Message said = chat.session().conversation().get(message);
        services.host().copy(said.text());
        services.notices().info(texts.get("chat.copied"));
    }

    void copy(String text) {
        services.host().copy(text);
        services.notices().info(texts.get("chat.copied"));
    }
}
