package dev.gantry.app.ui;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.library.Library;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.Preferences;
import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.run.Runs;
import dev.gantry.app.serving.Serving;
import dev.gantry.app.ui.frame.FrameTour;
import dev.gantry.app.ui.frame.FrameView;
import dev.gantry.app.ui.frame.FrameViewModel;
import dev.gantry.app.ui.frame.LoadViewModel;
import dev.gantry.app.ui.frame.NoticeCenter;
import dev.gantry.app.ui.frame.ScreenDeck;
import dev.gantry.app.ui.frame.ServingStatus;
import dev.gantry.app.ui.frame.Shortcuts;
import dev.gantry.app.ui.frame.TrainingStatus;
import dev.gantry.app.ui.frame.Welcome;
import dev.gantry.app.ui.look.Look;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.HostSystem;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.TourStop;
import dev.gantry.app.ui.shell.WindowStatus;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.GantryHome;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javafx.application.Platform;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.layout.Pane;
import javafx.stage.Stage;

/// One window with everything in it, put together by hand; used on the JavaFX thread.
public final class MainWindow implements AutoCloseable {
    private static final String FRAME = "/dev/gantry/app/ui/frame";

    private final List<Screen> screens;
    private final GantryHome home;
    private final Function<Locale, Texts> texts;
    private final HostSystem host;
    private final NoticeCenter notices = new NoticeCenter();
    private final WindowStatus status = new WindowStatus();
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("gantry-work-", 1).factory());
    private final ExecutorService preferenceWriter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("gantry-preferences").factory());
    private final PreferenceStore preferences;
    private final BackgroundTasks tasks;
    private final CatalogAccess catalog;
    private final RunMonitor runs;
    private final Serving serving;
    private final Look look;
    private final Scene scene = new Scene(new Pane());
    private Open open;

    /// What is built anew when the language changes.
    private record Open(
            Texts words,
            FrameViewModel frame,
            ScreenDeck deck,
            LoadViewModel load,
            TrainingStatus training,
            ServingStatus serving,
            Parent root) {
        void close() {
            deck.close();
            load.close();
            training.close();
            serving.close();
        }
    }

    /// @param host the desktop, of which `notices` of this window are told
    public MainWindow(List<Screen> screens, GantryHome home, HostSystem host) {
        this(screens, home, host, locale -> Texts.load(locale, folders(screens)));
    }

    /// @param texts loads the words of a language; a test takes a pseudo-locale
    MainWindow(List<Screen> screens, GantryHome home, HostSystem host, Function<Locale, Texts> texts) {
        this.screens = screens;
        this.home = home;
        this.host = host;
        this.texts = texts;
        preferences = preferences(home, preferenceWriter);
        tasks = new BackgroundTasks(workers, Platform::runLater, failure -> notices.failure(failure, List.of()));
        catalog = new CatalogAccess(
                home,
                repair -> tasks.later(() -> notices.info(
                        open.words().format("frame.catalog-repaired", String.valueOf(repair.damagedFile())))));
        Runs all = Runs.of(home);
        runs = new RunMonitor(all);
        serving = new Serving(all.jvm());
        look = new Look(folders(screens), preferences);
        open = build(locale(preferences.current()));
        scene.setRoot(open.root());
        look.apply(scene);
        open.frame().go(open.frame().screens().getFirst());
        preferences.onChange(this::changed);
    }

    static PreferenceStore preferences(GantryHome home, Executor writer) {
        return PreferenceStore.open(PreferenceStore.fileIn(home.folder()), writer);
    }

    static List<String> folders(List<Screen> screens) {
        List<String> folders = new ArrayList<>(List.of(FRAME));
        screens.forEach(screen -> folders.add(screen.name().folder()));
        return folders;
    }

    private static Locale locale(Preferences chosen) {
        return chosen.language().locale(Locale.getDefault());
    }

    private Open build(Locale locale) {
        Texts words = texts.apply(locale);
        FrameViewModel frame = new FrameViewModel(words, screens, preferences);
        ScreenDeck deck = new ScreenDeck(screens, () -> services(words, frame));
        LoadViewModel load = new LoadViewModel(words, home.folder(), Platform::runLater);
        FrameView view = new FrameView(words, frame, notices, status, load, tasks, host, deck);
        Shortcuts.install(scene, words, frame, notices, deck);
        TrainingStatus training = new TrainingStatus(words, runs, status, notices, frame, tasks);
        ServingStatus served = new ServingStatus(words, serving, status, notices, frame, tasks);
        load.start();
        return new Open(words, frame, deck, load, training, served, view.root());
    }

    private Services services(Texts words, FrameViewModel frame) {
        return new Services(
                words,
                look.themeProperty(),
                tasks,
                frame,
                notices,
                host,
                status,
                preferences,
                catalog,
                runs,
                serving,
                home,
                Clock.systemUTC());
    }

    /// Another language: everything is built again, and the same screen comes to the front.
    private void changed(Preferences chosen) {
        Locale wanted = locale(chosen);
        if (wanted.equals(open.words().locale())) {
            return;
        }
        ScreenName front = open.frame().currentProperty().get();
        Open before = open;
        open = build(wanted);
        open.deck().follow(before.deck());
        before.close();
        scene.setRoot(open.root());
        look.refresh();
        open.frame().go(front);
    }

    /// What the window serves, for tests.
    Serving serving() {
        return serving;
    }

    /// What a first start shows before Home; once only.
    public Welcome welcome() {
        return new Welcome(open.frame(), notices, preferences);
    }

    /// Sees to it that the model that comes with the program can be used.
    public void prepare() {
        Library library = new Library(home, catalog, Clock.systemUTC());
        tasks.task(open.words().get("frame.preparing"), progress -> {
                    library.ensureStarter();
                    return true;
                })
                .start();
    }

    /// Puts the window into `stage`, which asks before it closes when a screen has a reason to.
    public void showIn(Stage stage) {
        stage.setTitle("Gantry");
        stage.setScene(scene);
        status.onClose(stage::close);
        stage.setOnCloseRequest(request -> status.questionBeforeClosing().ifPresent(question -> {
            request.consume();
            notices.ask(question);
        }));
        stage.show();
        runs.start();
    }

    public Scene scene() {
        return scene;
    }

    public void go(Destination destination) {
        open.frame().go(destination);
    }

    /// The content of a registered screen, opened if need be.
    public ScreenContent content(ScreenName name) {
        return open.deck().content(name);
    }

    /// The screens in the order of the rail.
    public List<ScreenName> screenNames() {
        return open.frame().screens();
    }

    /// The pictures that a tour takes of what lies over the screens.
    public List<TourStop> tour() {
        return FrameTour.of(open.words(), notices, home.folder());
    }

    public PreferenceStore preferences() {
        return preferences;
    }

    public BackgroundTasks tasks() {
        return tasks;
    }

    public NoticeCenter notices() {
        return notices;
    }

    public WindowStatus status() {
        return status;
    }

    public CatalogAccess catalog() {
        return catalog;
    }

    @Override
    public void close() {
        runs.close();
        serving.close();
        open.close();
        look.close();
        workers.shutdown();
        preferenceWriter.shutdown();
        catalog.close();
    }
}
