package dev.channels.kotlin

import dev.channels.CloseStatus
import dev.channels.Connection
import dev.channels.ConnectionRejectedException
import dev.channels.Consumer
import dev.channels.OnConnect
import dev.channels.OnDisconnect
import dev.channels.OnEvent
import dev.channels.OnReceive
import java.security.Principal
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import org.springframework.messaging.handler.annotation.MessageExceptionHandler
import org.springframework.web.bind.annotation.RequestParam

data class Input(val text: String, val times: Int = 2)

data class Output(val text: String)

val happened = CopyOnWriteArrayList<String>()

@Volatile
var gate = CompletableDeferred<Unit>()

@Consumer("suspending")
class Suspending {

    private var handled = 0

    @OnConnect
    suspend fun connect(@RequestParam token: String = "none"): String {
        delay(20)
        if (token == "bad") {
            throw ConnectionRejectedException(403)
        }
        return "welcome $token"
    }

    @OnReceive("say")
    suspend fun say(input: Input): Output {
        delay(20)
        return Output(input.text.repeat(input.times))
    }

    @OnReceive("ping")
    suspend fun ping() {
        delay(1)
        happened += "ping"
    }

    @OnReceive("count")
    suspend fun count(): Int {
        val before = handled
        delay(20)
        handled = before + 1
        return handled
    }

    @OnReceive("numbers")
    suspend fun numbers(): Flow<Int> {
        delay(1)
        return flow {
            emit(1)
            delay(1)
            emit(2)
        }
    }

    @OnReceive("thread")
    suspend fun thread(): String {
        val before = Thread.currentThread().name
        delay(5)
        return "$before, ${Thread.currentThread().name}"
    }

    @OnReceive("fail")
    suspend fun fail() {
        delay(1)
        throw IllegalStateException("late")
    }

    @OnEvent("x")
    suspend fun x(connection: Connection) {
        delay(1)
        connection.send("x")
    }

    @OnDisconnect
    suspend fun disconnect(status: CloseStatus) {
        happened += "closing ${status.code}"
        gate.await()
        happened += "closed ${status.code}"
    }

    @MessageExceptionHandler
    suspend fun handle(ex: IllegalStateException): String {
        delay(1)
        return "handled ${ex.message}"
    }

}

@Consumer("plain")
class Plain {

    @OnConnect
    fun connect(@RequestParam count: Int = 3, @RequestParam name: String = "nobody", @RequestParam note: String?) =
        "$count $name $note"

    @OnReceive
    fun receive(text: String, connection: Connection, @RequestParam limit: Int = 7): Flow<String> =
        flow { emit("$text $limit ${connection.isOpen}") }

}

@Consumer("members-only")
class MembersOnly {

    @OnConnect
    fun connect(principal: Principal) = principal.name

}

@Consumer("worker")
class Worker {

    @OnEvent("job")
    suspend fun job(): Int {
        happened += "job begins"
        gate.await()
        happened += "job ends"
        return 1
    }

}

@Consumer("many")
class Many {

    @OnConnect
    suspend fun connect(): Flow<String> = flow { emit("no") }

}

@Consumer("defaults")
class Defaults {

    @OnReceive
    fun receive(text: String = "none") = text

}
