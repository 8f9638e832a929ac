package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.ChatMemory;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.machine.CudaProbe;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.TourStop;
import dev.gantry.app.ui.text.Texts;
import java.security.SecureRandom;
import java.util.List;
import javafx.scene.Parent;

/// Registers the Chat screen.
public final class ChatScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.CHAT, Icon.CHAT, ChatScreen::new);

    /// Short enough to be read out and typed again.
    private static final int LARGEST_SEED = 1_000_000;

    private final Texts texts;
    private final ChatViewModel chat;
    private final ChatFiles files;
    private final ChatView view;
    private final Arrival arrival;
    private final ChatLimits limits;

    private ChatScreen(Services services) {
        this(services, new ChatLimits(services.preferences()));
    }

    private ChatScreen(Services services, ChatLimits limits) {
        this(services, limits, begin(services, limits));
    }

    private static ChatViewModel begin(Services services, ChatLimits limits) {
        SecureRandom random = new SecureRandom();
        return new ChatViewModel(
                services,
                // one is left to the window, which must stay fluid while an answer is drawn
                new ChatEngine(
                        CudaProbe.devices(services.home().folder()),
                        limits::device,
                        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
                        new ChatMemory(limits::now)),
                new OptionsViewModel(() -> random.nextInt(LARGEST_SEED)));
    }

    private ChatScreen(Services services, ChatLimits limits, ChatViewModel chat) {
        this.limits = limits;
        this.chat = chat;
        texts = services.texts();
        files = new ChatFiles(services, chat);
        view = new ChatView(services, chat, files, new Verdicts(services, chat));
        arrival = new Arrival(services, chat);
    }

    ChatViewModel chat() {
        return chat;
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        chat.refresh();
        switch (destination) {
            case Destination.ChatWith(var model, var adapter) -> arrival.talkTo(model, adapter);
            case Destination.Compare(var run) -> arrival.compare(run);
            case Destination.CollectPreferences() -> chat.lanes().besides();
            default -> {
                // as it was left
            }
        }
        view.focusComposer();
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(texts.get("chat.new"), chat::newChat),
                new Action(texts.get("chat.compare"), chat.lanes()::add),
                new Action(texts.get("chat.export.markdown"), files::exportMarkdown),
                new Action(texts.get("chat.export.rows"), files::exportRows),
                new Action(texts.get("chat.eject"), chat.models()::eject));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(
                new TourStop("", () -> {}),
                TourStop.acting("starter", chat.models()::takeStarter),
                TourStop.acting("answer", () -> {
                    chat.begin(List.of(Voice.BASE));
                    ask("Tell me a short story about a crane.");
                }),
                new TourStop("markdown", this::openFirst),
                TourStop.acting("compare", () -> {
                    chat.begin(List.of(Voice.BASE, chat.models().voices().getLast()));
                    ask("Who are you, and what do you do all day?");
                }));
    }

    /// The same answers in every tour.
    private void ask(String question) {
        chat.options().fixedSeedProperty().set(true);
        chat.questions().draftProperty().set(question);
        chat.questions().send();
    }

    /// The chat that was there before this tour.
    private void openFirst() {
        if (!chat.history().shown().isEmpty()) {
            chat.open(chat.history().shown().getLast());
        }
    }

    /// The chat goes on: an answer is drawn to its end, the model stays in memory.
    @Override
    public void leave() {
        view.close();
    }

    @Override
    public ScreenContent successor(Screen screen, Services services) {
        return new ChatScreen(services, limits, new ChatViewModel(services, chat));
    }

    @Override
    public void close() {
        limits.close();
        chat.close();
    }
}
