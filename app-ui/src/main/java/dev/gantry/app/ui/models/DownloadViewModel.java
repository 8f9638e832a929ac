package dev.gantry.app.ui.models;

import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.zoo.hub.HubAccess;
import dev.gantry.zoo.hub.HubClient;
import dev.gantry.zoo.hub.HubDownload;
import dev.gantry.zoo.hub.HubListing;
import dev.gantry.zoo.hub.RepoId;
import dev.gantry.zoo.hub.UnfinishedDownload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// A model from Hugging Face: look it up, see what it takes, fetch it, pause, go on. Nothing is asked of the network
/// before [#look], [#download] or [#resume].
final class DownloadViewModel {
    /// System property with the address of another hub, before that of the environment.
    static final String ENDPOINT = "gantry.hub";

    private final Services services;
    private final Texts texts;
    private final Supplier<HubAccess> access;
    private final Consumer<Path> arrived;
    private final BooleanProperty open = new SimpleBooleanProperty();
    private final StringProperty repo = new SimpleStringProperty("");
    private final StringProperty revision = new SimpleStringProperty("main");
    private final StringProperty token = new SimpleStringProperty("");
    private final ObjectProperty<Path> folder;
    private final ReadOnlyObjectWrapper<@Nullable DownloadOffer> offer = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable BackgroundTask<?>> running = new ReadOnlyObjectWrapper<>();
    private final ObservableList<UnfinishedDownload> unfinished = FXCollections.observableArrayList();
    private @Nullable Path discarding;
    /// Tells a form of what is asked of the network now.
    private Consumer<DownloadViewModel> telling = form -> {};

    /// @param access which hub, and a token from the environment; asked when something is asked of the hub
    /// @param arrived hears of each folder that is complete
    DownloadViewModel(Services services, Supplier<HubAccess> access, Consumer<Path> arrived) {
        this.services = services;
        this.texts = services.texts();
        this.access = access;
        this.arrived = arrived;
        folder = new SimpleObjectProperty<>(services.home().models());
        running.subscribe((before, now) -> services.status().onlineProperty().set(now != null));
        repo.subscribe(typed -> offer.set(null));
        revision.subscribe(typed -> offer.set(null));
        folder.subscribe(chosen -> {
            offer.set(null);
            refresh();
        });
    }

    /// The hub that the environment names.
    static HubAccess usualAccess() {
        HubAccess usual = HubAccess.of(System.getenv());
        String other = System.getProperty(ENDPOINT, "");
        return other.isEmpty() ? usual : HubAccess.at(other, usual.token());
    }

    /// Shows the form; nothing is asked of the network yet.
    void show() {
        open.set(true);
        refresh();
    }

    void hide() {
        open.set(false);
    }

    /// Reads what was left unfinished.
    private void refresh() {
        if (!open.get()) {
            return;
        }
        Path parent = folder.get();
        services.tasks()
                .task(texts.get("models.hub.reading"), progress -> UnfinishedDownload.in(parent))
                .onDone(unfinished::setAll)
                .start();
    }

    void chooseFolder() {
        services.host().chooseFolder(texts.get("models.hub.choose")).ifPresent(folder::set);
    }

    /// Asks the hub what the model consists of.
    void look() {
        if (running.get() != null || repo.get().isBlank()) {
            return;
        }
        failure.set(null);
        offer.set(null);
        String given = repo.get();
        String wanted = revision.get().isBlank() ? "main" : revision.get().strip();
        String typed = token.get();
        Path parent = folder.get();
        BackgroundTask<DownloadOffer> task = services.tasks()
                .task(
                        texts.get("models.hub.looking"),
                        progress ->
                                offer(RepoId.parse(given), wanted, access.get().withToken(typed), parent, progress));
        start(task, form -> task.onDone(form.offer::set));
    }

    private static DownloadOffer offer(RepoId id, String revision, HubAccess as, Path parent, Progress progress)
            throws IOException {
        try (HubClient client = new HubClient(as, progress)) {
            HubListing listing = client.list(id, revision);
            Path target = parent.resolve(id.folderName());
            return new DownloadOffer(listing, target, freeBytes(parent), Files.exists(target));
        }
    }

    private static long freeBytes(Path folder) throws IOException {
        Path at = folder.toAbsolutePath();
        while (!Files.isDirectory(at)) {
            at = at.resolveSibling("");
        }
        return Files.getFileStore(at).getUsableSpace();
    }

    /// Fetches what was looked up.
    void download() {
        DownloadOffer now = offer.get();
        if (now != null && now.fits() && !now.taken()) {
            fetch(now.listing(), now.target());
        }
    }

    /// Goes on with what was left unfinished, at the very version that was begun.
    void resume(UnfinishedDownload left) {
        fetch(left.listing(), left.target());
    }

    private void fetch(HubListing listing, Path target) {
        if (running.get() != null) {
            return;
        }
        failure.set(null);
        discarding = null;
        String typed = token.get();
        BackgroundTask<Path> task = services.tasks()
                .task(texts.format("models.hub.downloading", listing.repo().name()), progress -> {
                    try (HubClient client = new HubClient(access.get().withToken(typed), progress)) {
                        return new HubDownload(client, progress).run(listing, target);
                    }
                });
        start(task, form -> task.onDone(form::complete).onCancelled(() -> form.stopped(target)));
    }

    private void complete(Path model) {
        offer.set(null);
        repo.set("");
        open.set(false);
        arrived.accept(model);
    }

    /// @param outcome tells a form what became of the task
    private <T> void start(BackgroundTask<T> task, Consumer<DownloadViewModel> outcome) {
        telling = form -> {
            form.running.set(task);
            outcome.accept(form);
            task.onFailed(form.failure::set).onEnd(form::ended);
        };
        telling.accept(this);
        task.start();
    }

    private void ended() {
        running.set(null);
        refresh();
    }

    /// Comes in place of a form in another language: shows what stood there, and hears what becomes of its download.
    void follow(DownloadViewModel before) {
        repo.set(before.repo.get());
        revision.set(before.revision.get());
        token.set(before.token.get());
        folder.set(before.folder.get());
        offer.set(before.offer.get());
        failure.set(before.failure.get());
        discarding = before.discarding;
        if (before.running.get() != null) {
            telling = before.telling;
            telling.accept(this);
        }
        if (before.open.get()) {
            show();
        }
    }

    /// Stops and keeps what is there.
    void pause() {
        BackgroundTask<?> task = running.get();
        if (task != null) {
            task.cancel();
        }
    }

    /// Stops and throws away what is there.
    void cancel() {
        DownloadOffer now = offer.get();
        discarding = now == null ? null : now.target();
        pause();
    }

    private void stopped(Path target) {
        if (target.equals(discarding)) {
            services.tasks()
                    .task(texts.get("models.hub.discarding"), progress -> discardAt(target))
                    .onDone(gone -> refresh())
                    .start();
        } else {
            services.notices().info(texts.get("models.hub.paused"));
        }
    }

    private static boolean discardAt(Path target) throws IOException {
        Optional<UnfinishedDownload> left = UnfinishedDownload.in(target.resolveSibling("")).stream()
                .filter(one -> one.target().equals(target))
                .findFirst();
        if (left.isPresent()) {
            left.get().discard();
        }
        return left.isPresent();
    }

    /// Throws away what was left unfinished.
    void discard(UnfinishedDownload left) {
        services.tasks()
                .task(texts.get("models.hub.discarding"), progress -> discardAt(left.target()))
                .onDone(gone -> refresh())
                .start();
    }

    void dismissFailure() {
        failure.set(null);
    }

    /// Whether the form is shown.
    BooleanProperty openProperty() {
        return open;
    }

    /// A name or an address.
    StringProperty repoProperty() {
        return repo;
    }

    StringProperty revisionProperty() {
        return revision;
    }

    /// Kept in this field alone.
    StringProperty tokenProperty() {
        return token;
    }

    /// The folder in which the model's folder is made.
    ObjectProperty<Path> folderProperty() {
        return folder;
    }

    /// What was looked up; null before.
    ReadOnlyObjectProperty<@Nullable DownloadOffer> offerProperty() {
        return offer.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    /// What is asked of the network now; null when nothing is.
    ReadOnlyObjectProperty<@Nullable BackgroundTask<?>> runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// What was stopped or cut off and can go on.
    ObservableList<UnfinishedDownload> unfinished() {
        return unfinished;
    }
}
