package sample.chat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

import org.springframework.util.FileSystemUtils;

/**
 * A real Chromium without a screen.
 */
final class Browser implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final Path profile;

	private final ChromeDriver driver;

	Browser() throws IOException {
		this.profile = Files.createTempDirectory("browser");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(find("chromium", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"));
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--user-data-dir=" + this.profile);
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(
					new File(find("chromium-driver", "/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver")))
			.usingAnyFreePort()
			.build();
		this.driver = new ChromeDriver(service, options);
	}

	private static String find(String packageName, String... candidates) {
		for (String candidate : candidates) {
			if (new File(candidate).canExecute()) {
				return candidate;
			}
		}
		throw new IllegalStateException(
				"Run ./verify, or install " + packageName + ": none of " + List.of(candidates) + " is there");
	}

	WebDriver driver() {
		return this.driver;
	}

	String open(String url) {
		String tab = this.driver.switchTo().newWindow(org.openqa.selenium.WindowType.TAB).getWindowHandle();
		this.driver.get(url);
		return tab;
	}

	void switchTo(String tab) {
		this.driver.switchTo().window(tab);
	}

	void awaitText(String selector, String text) {
		new WebDriverWait(this.driver, TIMEOUT).until((it) -> texts(selector).contains(text));
	}

	void awaitAttribute(String selector, String attribute, String value) {
		new WebDriverWait(this.driver, TIMEOUT)
			.until((it) -> value.equals(it.findElement(By.cssSelector(selector)).getDomAttribute(attribute)));
	}

	List<String> texts(String selector) {
		return this.driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
	}

	void type(String selector, String text) {
		this.driver.findElement(By.cssSelector(selector)).sendKeys(text);
	}

	@Override
	public void close() throws IOException {
		this.driver.quit();
		FileSystemUtils.deleteRecursively(this.profile);
	}

}
